/**
 * @file The check of habits that no linter knows. What is a class's own is `#name`, which holds at run time as well; `private` is left to
 * constructors. And nothing is cast through `unknown`, which silences TypeScript wherever it is right; tests may, to give what is refused.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { sourceFiles } from './imports.ts';
import { readWorkspaces } from './workspaces.ts';

/** Files that are being rewritten. */
const excepted: ReadonlySet<string> = new Set();

/**
 * One sentence for every member that is `private` and no constructor, and for every cast through `unknown`.
 *
 * @param root the repository's folder
 * @param folders what is looked at, from there
 */
export function checkHabits(
  root: string,
  folders: readonly string[] = readWorkspaces(root).map(({ folder }) => folder),
): readonly string[] {
  return folders
    .flatMap((folder) => sourceFiles(join(root, folder), /\.[cm]?tsx?$/))
    .map((path) => ({ path, file: relative(root, path).replaceAll('\\', '/') }))
    .filter(({ file }) => !excepted.has(file))
    .flatMap(({ path, file }) =>
      faultsOf(path, readFileSync(path, 'utf8')).map(({ line, text }) => `${file}:${line}: ${text}`),
    );
}

interface Fault {
  readonly line: number;
  readonly text: string;
}

function faultsOf(path: string, text: string): readonly Fault[] {
  // Parsing takes long, and most files have neither.
  const mayCast = !/\.test\.[cm]?tsx?$/.test(path) && /\bas\s+unknown\b/.test(text);
  if (!mayCast && !/\bprivate\b/.test(text)) return [];
  const faults: Fault[] = [];
  const add = (at: number, fault: string) =>
    faults.push({ line: text.slice(0, at).split('\n').length, text: fault });
  const addMember = (at: number, key: { readonly start: number; readonly end: number }) => {
    const [name = ''] = /^\w+/.exec(text.slice(key.start, key.end)) ?? [];
    add(at, `the member is private; call it #${name}.`);
  };
  new Visitor({
    MethodDefinition: (node) => {
      if (node.accessibility === 'private' && node.kind !== 'constructor') addMember(node.start, node.key);
    },
    PropertyDefinition: (node) => {
      if (node.accessibility === 'private') addMember(node.start, node.key);
    },
    TSParameterProperty: (node) => {
      if (node.accessibility === 'private') addMember(node.start, node.parameter);
    },
    TSAsExpression: ({ expression, start }) => {
      if (
        mayCast &&
        expression.type === 'TSAsExpression' &&
        expression.typeAnnotation.type === 'TSUnknownKeyword'
      )
        add(start, 'this is cast through unknown; give it the type that it has, or check it.');
    },
  }).visit(parseSync(path, text).program);
  return faults;
}
