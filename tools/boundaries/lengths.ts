/** @file The check of lengths: a source file holds one idea, and is split by ideas before it grows past what is read at once. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { sourceFiles } from './imports.ts';
import { readWorkspaces } from './workspaces.ts';

/** Lines of a source file that is no test. */
const mostLines = 350;

/** Files that are longer, each with its reason; a table or a generated file may be. */
const longer: Readonly<Record<string, string>> = {};

/**
 * One sentence for every file that is too long, and for every exception that is none any more.
 *
 * @param root the repository's folder
 * @param folders what is looked at, from there
 * @param exceptions files that may be longer
 */
export function checkLengths(
  root: string,
  folders: readonly string[] = readWorkspaces(root).map(({ folder }) => folder),
  exceptions: Readonly<Record<string, string>> = longer,
): readonly string[] {
  const tooLong = new Map<string, number>();
  for (const folder of folders) {
    for (const path of sourceFiles(join(root, folder), /\.(?:[cm]?[jt]sx?|wgsl|py)$/)) {
      const file = relative(root, path).replaceAll('\\', '/');
      if (/\.test\.[cm]?tsx?$/.test(file)) continue;
      const lines = readFileSync(path, 'utf8').replace(/\n$/, '').split('\n').length;
      if (lines > mostLines) tooLong.set(file, lines);
    }
  }
  return [
    ...[...tooLong]
      .filter(([file]) => !Object.hasOwn(exceptions, file))
      .map(
        ([file, lines]) =>
          `${file}: the file has ${lines} lines; split it by ideas, ${mostLines} at most each.`,
      ),
    ...Object.keys(exceptions)
      .filter((file) => !tooLong.has(file))
      .map(
        (file) =>
          `tools/boundaries/lengths.ts: ${file} needs no exception any more, as it has ${mostLines} lines or fewer; remove it.`,
      ),
  ];
}
