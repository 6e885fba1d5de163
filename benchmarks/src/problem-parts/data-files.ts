/** @file Which data sets are here: profiles leave out rows on files that are not. */
import { findDataset, missingFiles } from '@longhorizon/datasets';

/** Whether all files of a set of pictures are found (LONGHORIZON_DATA, or the cache). */
export function isHere(name: string): boolean {
  const definition = findDataset(name);
  return definition.kind === 'images' && missingFiles(definition).length === 0;
}
