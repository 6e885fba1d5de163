/** @file The check of private members: what is a class's own is `#name`, which holds at run time as well; `private` is left to constructors. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { sourceFiles } from './imports.ts';
import { readWorkspaces } from './workspaces.ts';

/** Files that still say `private`. */
const excepted: ReadonlySet<string> = new Set(['packages/tensor/src/loop/resident.ts']);

/**
 * One sentence for every member that is `private` and no constructor.
 *
 * @param root the repository's folder
 * @param folders what is looked at, from there
 */
export function checkPrivateMembers(
  root: string,
  folders: readonly string[] = readWorkspaces(root).map(({ folder }) => folder),
): readonly string[] {
  return folders
    .flatMap((folder) => sourceFiles(join(root, folder), /\.[cm]?ts$/))
    .map((path) => ({ path, file: relative(root, path).replaceAll('\\', '/') }))
    .filter(({ file }) => !excepted.has(file))
    .flatMap(({ path, file }) =>
      privateMembersOf(path, readFileSync(path, 'utf8')).map(
        ({ line, name }) => `${file}:${line}: the member is private; call it #${name}.`,
      ),
    );
}

function privateMembersOf(path: string, text: string): { readonly line: number; readonly name: string }[] {
  if (!/\bprivate\b/.test(text)) return [];
  const found: { readonly line: number; readonly name: string }[] = [];
  const add = (start: number, key: { readonly start: number; readonly end: number }): void => {
    found.push({
      line: text.slice(0, start).split('\n').length,
      name: text.slice(key.start, key.end).replace(/\W.*/s, ''),
    });
  };
  new Visitor({
    MethodDefinition: (node) => {
      if (node.accessibility === 'private' && node.kind !== 'constructor') add(node.start, node.key);
    },
    PropertyDefinition: (node) => {
      if (node.accessibility === 'private') add(node.start, node.key);
    },
    TSParameterProperty: (node) => {
      if (node.accessibility === 'private') add(node.start, node.parameter);
    },
  }).visit(parseSync(path, text).program);
  return found;
}
