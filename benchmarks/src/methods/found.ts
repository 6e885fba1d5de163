/**
 * @file The modules of methods, found by their folder. A bundle has no folders: there the bundler puts a module in this one's place that
 * imports the same files by name (browser/bundle.ts).
 */
import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface FoundModule {
  /** The file's, without its ending. */
  readonly name: string;
  readonly module: unknown;
}

/** The modules of a folder beside this file, by name; tests are none. */
export async function modulesIn(folder: 'hyper' | 'init'): Promise<readonly FoundModule[]> {
  const ending = extname(import.meta.filename);
  return Promise.all(
    namesIn(join(import.meta.dirname, folder), ending).map(async (name) => {
      const path = join(import.meta.dirname, folder, name + ending);
      return { name, module: await import(/* @vite-ignore */ pathToFileURL(path).href) };
    }),
  );
}

/** The names of modules with this ending in a folder. */
export function namesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(ending) && !/\.(test|d)\.[jt]s$/.test(file))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}
