/** @file Dividing the classes of a data set between meta-training, meta-validation and meta-test. */
import type { Dataset } from '../dataset/types.ts';
import { DatasetError } from '../errors.ts';
import { permutation } from '../random/choice.ts';
import { type Key, splitKey } from '../random/key.ts';
import { requireWhole } from '../whole.ts';

/** Class numbers of each part, in rising order; no class is in two parts. */
export interface ClassSplit {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}

/** How many classes, or groups of classes, each part gets. */
export interface SplitSizes {
  readonly train: number;
  readonly validation?: number;
  readonly test: number;
  /**
   * `class`: single classes are drawn. `group`: whole groups are drawn and the sizes count groups, so that, for
   * example, no alphabet of Omniglot, and so no set of its twenty drawers, is on two sides.
   */
  readonly by?: 'class' | 'group';
}

/**
 * Draws a class-disjoint split.
 *
 * @param dataset - Its classes are divided.
 * @param key - Chooses the split.
 * @param sizes - Numbers of classes or groups; what is left over is in no part.
 * @throws DatasetError if a size is no whole number, there are not enough classes or groups, or the set has no groups.
 */
export function splitClasses(dataset: Dataset, key: Key, sizes: SplitSizes): ClassSplit {
  const { train, validation = 0, test, by = 'class' } = sizes;
  const count = by === 'class' ? dataset.classes : dataset.groups?.names.length;
  if (count === undefined) {
    throw new DatasetError(`'${dataset.name}' has no groups of classes to split by: split by class.`);
  }
  const parts = { 'the training part': train, 'the validation part': validation, 'the test part': test };
  for (const [part, size] of Object.entries(parts)) {
    requireWhole(`The number of ${by === 'class' ? 'classes' : 'groups'} of ${part}`, size);
  }
  if (train + validation + test > count) {
    throw new DatasetError(
      `A split of ${train} + ${validation} + ${test} ${by === 'class' ? 'classes' : 'groups'} was asked for, but ` +
        `'${dataset.name}' has ${count}.`,
    );
  }
  const order = permutation(splitKey(key, 'class split', 0), count);
  const part = (first: number, end: number): Uint32Array => {
    const chosen = order.slice(first, end).sort();
    return by === 'class' ? chosen : classesOfGroups(dataset, new Set(chosen));
  };
  return {
    train: part(0, train),
    validation: part(train, train + validation),
    test: part(train + validation, train + validation + test),
  };
}

/**
 * The split that the makers of the set made, where they made one by class: Omniglot's background alphabets for
 * meta-training, its evaluation alphabets for meta-test.
 *
 * @param key - Chooses the validation classes among the background ones.
 * @param validation - How many classes of the background part become the validation part.
 */
export function officialClassSplit(dataset: Dataset, key: Key, validation = 0): ClassSplit {
  const ranges = dataset.definition.kind === 'generated' ? undefined : dataset.definition.classSplits;
  const [background, evaluation] = [ranges?.background, ranges?.evaluation];
  if (!background || !evaluation) {
    throw new DatasetError(`'${dataset.name}' has no official split by class: use splitClasses.`);
  }
  const count = background[1] - background[0];
  requireWhole('The number of validation classes', validation);
  if (validation >= count) {
    throw new DatasetError(
      `${validation} validation classes were asked for, but the background part of '${dataset.name}' has ${count}.`,
    );
  }
  const order = permutation(splitKey(key, 'class split', 0), count).map((place) => background[0] + place);
  return {
    train: order.slice(validation).sort(),
    validation: order.slice(0, validation).sort(),
    test: Uint32Array.from({ length: evaluation[1] - evaluation[0] }, (_, i) => evaluation[0] + i),
  };
}

function classesOfGroups(dataset: Dataset, groups: ReadonlySet<number>): Uint32Array {
  const { ofClass } = dataset.groups!;
  return Uint32Array.from(ofClass.keys()).filter((label) => groups.has(ofClass[label]!));
}
