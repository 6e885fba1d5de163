/**
 * @file Which modules does a package import, and where? Read from the syntax tree, so that an import in a comment or a
 * string is none, and one of types only is one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

export interface Import {
  /** From the repository's folder. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** As written: `@longhorizon/tensor`, `../ops/add.ts`. */
  readonly specifier: string;
  /** Whether only types come from there, so that nothing is loaded. */
  readonly typeOnly: boolean;
}

const sourceFile = /\.[cm]?[jt]sx?$/;
const ignoredFolders = new Set(['node_modules', 'dist', 'records']);

/**
 * Every static import, re-export, `import()` of a literal and `import('…')` type of a folder's files.
 * @param root the repository's folder
 * @param folder from there
 */
export function readImports(root: string, folder: string): readonly Import[] {
  return sourceFiles(join(root, folder)).flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    return importsOf(path, text).map(({ specifier, offset, typeOnly }) => ({
      file: relative(root, path).replaceAll('\\', '/'),
      line: text.slice(0, offset).split('\n').length,
      specifier,
      typeOnly,
    }));
  });
}

interface Found {
  readonly specifier: string;
  readonly offset: number;
  readonly typeOnly: boolean;
}

function importsOf(path: string, text: string): readonly Found[] {
  const { program, errors } = parseSync(path, text);
  const fatal = errors.find((error) => error.severity === 'Error');
  if (fatal !== undefined) throw new Error(`${path} cannot be parsed: ${fatal.message}`);
  const found: Found[] = [];
  const add = (source: { readonly type: string; readonly start: number } | null, typeOnly = false): void => {
    if (source === null || source.type !== 'Literal') return;
    const { value } = source as { readonly value?: unknown };
    if (typeof value === 'string') found.push({ specifier: value, offset: source.start, typeOnly });
  };
  new Visitor({
    ImportDeclaration: (node) =>
      add(
        node.source,
        node.importKind === 'type' ||
          (node.specifiers.length > 0 &&
            node.specifiers.every((one) => one.type === 'ImportSpecifier' && one.importKind === 'type')),
      ),
    ExportNamedDeclaration: (node) =>
      add(
        node.source,
        node.exportKind === 'type' ||
          (node.specifiers.length > 0 && node.specifiers.every((one) => one.exportKind === 'type')),
      ),
    ExportAllDeclaration: (node) => add(node.source, node.exportKind === 'type'),
    ImportExpression: (node) => add(node.source),
    TSImportType: (node) => add(node.source, true),
  }).visit(program);
  return found;
}

/** The files of a folder whose names match, at any depth; without what is installed, built or recorded. */
export function sourceFiles(folder: string, names: RegExp = sourceFile): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ignoredFolders.has(entry.name) ? [] : sourceFiles(path, names);
    return names.test(entry.name) ? [path] : [];
  });
}
