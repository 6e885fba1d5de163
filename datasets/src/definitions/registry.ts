/** @file All data sets by name, and which of them must not meet. */

import type { DatasetDefinition, FileDefinition } from '../dataset/types.ts';
import { DatasetError, DatasetUsageError } from '../errors.ts';
import { euroSat, signDigits } from './colour.ts';
import { fruitsKinds, fruitsVarieties } from './fruits.ts';
import { GENERATED } from './generated.ts';
import { fashionMnist, fashionMnistFull, kmnist, kmnistFull, mnist, mnistFull } from './mnist-family.ts';
import { omniglot, omniglotBits, omniglotOriginal } from './omniglot.ts';
import { pneumoniaMnist, pneumoniaMnistBalanced } from './pneumonia.ts';
import { quickdraw3, quickdraw345 } from './quickdraw.ts';
import { breastCancer, covertype, digits, iris, wine } from './tables.ts';

/** Sets kept in files: those small enough to be handed around, then the originals that are larger. */
export const FILE_DATASETS: readonly FileDefinition[] = [
  omniglot,
  omniglotBits,
  mnist,
  fashionMnist,
  kmnist,
  quickdraw345,
  quickdraw3,
  pneumoniaMnistBalanced,
  euroSat,
  signDigits,
  fruitsKinds,
  fruitsVarieties,
  iris,
  wine,
  breastCancer,
  digits,
  covertype,
  omniglotOriginal,
  mnistFull,
  fashionMnistFull,
  kmnistFull,
  pneumoniaMnist,
];

/** Every data set, the generated ones first. */
export const DATASETS: readonly DatasetDefinition[] = [...GENERATED, ...FILE_DATASETS];

/**
 * The definition of a data set.
 *
 * @throws DatasetError that lists the known names.
 */
export function findDataset(name: string): DatasetDefinition {
  const found = DATASETS.find((definition) => definition.name === name);
  if (found) return found;
  const known = DATASETS.map((definition) => definition.name).join(', ');
  throw new DatasetUsageError(`There is no data set '${name}'. Known are: ${known}.`);
}

/**
 * Refuses to train and test on the same pictures: no data set, and no two that overlap, may stand on both sides.
 *
 * @param train - Names of the sets used for meta-training (and validation).
 * @param test - Names of the sets used for meta-testing.
 * @throws DatasetError that names the pair and says what they share.
 */
export function assertIndependent(train: readonly string[], test: readonly string[]): void {
  for (const left of train) {
    for (const right of test) {
      if (left === right) {
        throw new DatasetError(
          `'${left}' stands on both sides of the split: meta-training and meta-test need different data sets.`,
        );
      }
      const reason = overlapOf(left, right) ?? overlapOf(right, left);
      if (reason !== undefined) {
        throw new DatasetError(
          `'${left}' and '${right}' may not stand on the two sides of a split. ${reason} Leave one of them out.`,
        );
      }
    }
  }
}

function overlapOf(name: string, other: string): string | undefined {
  return findDataset(name).overlaps.find((overlap) => overlap.name === other)?.reason;
}
