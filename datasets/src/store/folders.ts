/** @file Where data lives: folders the user names, then the cache. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import envPaths from 'env-paths';

/** The folder that downloads go to: `LONGHORIZON_CACHE`, or the platform's cache folder. */
export function cacheFolder(): string {
  return process.env.LONGHORIZON_CACHE || envPaths('longhorizon', { suffix: '' }).cache;
}

/**
 * Folders that are searched, in order: the one given, or else `LONGHORIZON_DATA`, its subfolder `data`, and the cache.
 *
 * @param root - A folder to search instead of all others.
 */
export function searchFolders(root?: string): readonly string[] {
  if (root !== undefined) return [root, join(root, 'data')];
  const given = process.env.LONGHORIZON_DATA;
  return [...(given ? [given, join(given, 'data')] : []), cacheFolder()];
}

/** The place of a file in the first folder that has it, or undefined. */
export function locateFile(path: string, root?: string): string | undefined {
  return searchFolders(root)
    .map((folder) => join(folder, ...path.split('/')))
    .find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
}
