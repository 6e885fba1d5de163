/** @file From the text of a program to a module: types are taken away, and imports come from what the playground has. */
import { transform } from 'sucrase';
import { longestProgram } from './limits.ts';

/** Where a module of the playground finds what it imports, by the name that the program writes. */
export const modulesName = '__modules';

const importing =
  /(^|[;\n])([ \t]*)import\s+(?:(type)\s+)?(?:([\w$]+)|(?:([\w$]+)\s*,\s*)?(\{[^}]*\}|\*\s*as\s+[\w$]+))\s+from\s*(['"])([^'"]+)\7/g;

/**
 * A program as a module without types and without imports; lines keep their numbers.
 *
 * @param known what may be imported
 * @throws Error with a sentence for a program that is too long, cannot be read, or imports what is not here
 */
export function moduleOf(program: string, known: readonly string[]): string {
  if (program.length > longestProgram)
    throw new Error(
      `The program has ${program.length} characters, and at most ${longestProgram} can be run here.`,
    );
  const { code } = transform(program, {
    transforms: ['typescript'],
    disableESTransforms: true,
    keepUnusedImports: true,
  });
  const text = code.replace(importing, (whole, start, space, _type, only, first, rest, _quote, name) => {
    if (!known.includes(name))
      throw new Error(`There is no module ${name} here. Programs can import ${known.join(', ')}.`);
    const from = `${modulesName}[${JSON.stringify(name)}]`;
    const alone = only ?? first;
    const parts = [
      ...(alone === undefined ? [] : [`{ default: ${alone} }`]),
      ...(rest === undefined
        ? []
        : [rest.startsWith('{') ? rest.replace(/\bas\b/g, ':') : rest.replace(/^\*\s*as\s+/, '')]),
    ].map((part) => `${part} = ${from}`);
    const lost = (whole.match(/\n/g) ?? []).length - (start === '\n' ? 1 : 0);
    const said = `${start}${space}const ${parts.join(', ')}`;
    const kept = (said.match(/\n/g) ?? []).length - (start === '\n' ? 1 : 0);
    return said + '\n'.repeat(Math.max(0, lost - kept));
  });
  return `const ${modulesName} = globalThis.${modulesName}; ${text}\nexport {};`;
}
