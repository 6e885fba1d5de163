import type { DataFile, Dataset, Decoded, FileDefinition, GenerateOptions } from './dataset/types.ts';
import { findDataset } from './definitions/registry.ts';
import { DatasetError } from './errors.ts';
import { generateDataset } from './generated/generate.ts';
import { checkDecoded } from './readers/decoded.ts';
import { locateFile, searchFolders } from './store/folders.ts';
import { readVerified } from './store/verify.ts';

/** How a data set is loaded. `seed`, `classes` and `perClass` are for generated sets. */
export interface LoadOptions extends GenerateOptions {
  /** A folder to search instead of `LONGHORIZON_DATA` and the cache. */
  readonly root?: string;
}

/**
 * Loads a data set: generates it from a seed, or reads its files after checking them.
 *
 * @param name - A name of `DATASETS`.
 * @returns Arrays that are read, not written: samplers give indices into them.
 * @throws DatasetError if there is no such set, a file is missing, or a file is not the right one.
 */
export function loadDataset(name: string, options: LoadOptions = {}): Dataset {
  const definition = findDataset(name);
  if (definition.kind === 'functions') {
    throw new DatasetError(
      `'${name}' is a family of functions without stored examples: use ${definition.maker} instead of loadDataset.`,
    );
  }
  if (definition.kind === 'generated') return generateDataset(definition, options);
  const decoded = read(definition, options);
  return { name, definition, ...decoded, classes: decoded.classNames.length };
}

/** The files of a set that none of the searched folders has. */
export function missingFiles(definition: FileDefinition, root?: string): readonly DataFile[] {
  return definition.files.filter((file) => locateFile(file.path, root) === undefined);
}

/** Whether a set of pictures is here with all of its files (LONGHORIZON_DATA, or the cache). */
export function hasFiles(name: string): boolean {
  const definition = findDataset(name);
  return definition.kind === 'images' && missingFiles(definition).length === 0;
}

function read(definition: FileDefinition, { root }: LoadOptions): Decoded {
  const missing = missingFiles(definition, root);
  if (missing.length > 0) throw new DatasetError(missingSentence(definition, missing, root));
  const byPath = new Map(definition.files.map((file) => [file.path, file]));
  const decoded = definition.read((path) => {
    const file = byPath.get(path);
    if (file === undefined)
      throw new Error(`internal: ${definition.name} reads ${path}, which it does not list.`);
    return readVerified(file, locateFile(path, root)!);
  });
  checkDecoded(definition, decoded);
  return decoded;
}

function missingSentence(definition: FileDefinition, missing: readonly DataFile[], root?: string): string {
  const files = missing.map(({ path }) => path).join(', ');
  const canFetch = missing.every(({ download }) => download !== undefined);
  return (
    `'${definition.name}' is not on this machine: ${files} was not found in ${searchFolders(root).join(', ')}. ` +
    (canFetch
      ? `Fetch it with 'longhorizon data fetch ${definition.name}', or set LONGHORIZON_DATA to a folder that has it.`
      : `It is served nowhere in this form: set LONGHORIZON_DATA to a folder that has it.`)
  );
}
