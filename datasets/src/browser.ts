/**
 * @file What the package is in a browser: generators and samplers, and the loader of what is generated. Bundlers find it by the condition
 * `browser`.
 */
import type { Dataset, GenerateOptions } from './dataset/types.ts';
import { GENERATED } from './definitions/generated.ts';
import { DatasetError } from './errors.ts';
import { generateDataset } from './generated/generate.ts';

export * from './portable.ts';

/** No set that is kept in files is here. */
export function hasFiles(_name: string): boolean {
  return false;
}

/**
 * Generates a data set from a seed.
 *
 * @throws DatasetError for a set that is kept in files: a browser has none
 */
export function loadDataset(name: string, options: GenerateOptions = {}): Dataset {
  const definition = GENERATED.find((one) => one.name === name);
  if (definition?.kind === 'generated') return generateDataset(definition, options);
  throw new DatasetError(
    definition?.kind === 'functions'
      ? `'${name}' is a family of functions without stored examples: use ${definition.maker} instead of loadDataset.`
      : `'${name}' is kept in files, which a browser does not have. Run it under Node.js.`,
  );
}
