import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { communityFolder } from '../store/read.ts';

/**
 * The folder for what is made from records: inside a folder that a benchmark runs in, as the benchmark itself does it, else beside what is
 * read, so that other people's records never replace the page of one's own.
 *
 * @param name of the folder: `site`, `tables`
 * @throws UsageError where several places are read, none of which is the obvious one
 */
export function outputFolderFor(paths: readonly string[], name: 'site' | 'tables', out?: string): string {
  if (out !== undefined) return out;
  const [path = '', ...others] = paths;
  if (others.length > 0)
    throw new UsageError(`Several places are read; say where the result goes, for instance --out ${name}.`);
  if (existsSync(join(path, 'records')) || !existsSync(path)) return join(path, name);
  return `${path.replace(/(?:\.jsonl?|[/\\]+)$/, '')}-${name}`;
}

/** The folders of other people's records in the folders that are read, which leave them out. */
export function communityBelow(paths: readonly string[]): readonly string[] {
  return paths.map((path) => join(path, communityFolder)).filter((folder) => existsSync(folder));
}
