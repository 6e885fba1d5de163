import type { Dataset, Range } from '../dataset/types.ts';
import { DatasetError } from '../errors.ts';
import { permutation } from '../random/choice.ts';
import { type Key, splitKey } from '../random/key.ts';
import { pow } from '../random/portable-math.ts';
import { requireWhole } from '../whole.ts';
import { classIndex, classSize, type Examples, imagesOfClass } from './class-index.ts';

/** How unbalanced, and how much is kept aside. */
export interface LongTailOptions {
  /** Largest class over smallest class, at least 1. */
  readonly imbalance: number;
  /** Images of the largest class; by default as many as every class can give after the balanced set. */
  readonly largest?: number;
  /** Images of each class in the balanced set. */
  readonly devPerClass: number;
  /** Which class is largest: in the order of the labels, or an order drawn from the key. */
  readonly order?: 'label' | 'random';
  /** Only these images; the official training part where there is one. */
  readonly within?: Range;
}

/** A long-tailed set; examples are ordered by class, labels are the classes of the data set. */
export interface LongTail {
  /** Training images of each class. Shape [classes]. */
  readonly counts: Uint32Array;
  readonly train: Examples;
  readonly dev: Examples;
  /** What is left: in neither of the two. */
  readonly rest: Examples;
}

/**
 * Sizes on an exponential profile, largest first: n_c = floor(largest · imbalance^(-c / (classes - 1))).
 *
 * Source: Cui, Jia, Lin, Song and Belongie, "Class-balanced loss based on effective number of samples" (CVPR 2019), and
 * the code of Cao et al., "Learning imbalanced datasets with label-distribution-aware margin loss" (NeurIPS 2019).
 *
 * @throws DatasetError if the imbalance is below 1 or not finite, or a number is not whole.
 */
export function longTailCounts(largest: number, classes: number, imbalance: number): Uint32Array {
  requireWhole('The size of the largest class', largest);
  requireWhole('The number of classes', classes, 1);
  if (!(imbalance >= 1 && imbalance < Number.POSITIVE_INFINITY)) {
    throw new DatasetError(
      `The imbalance is the size of the largest class over that of the smallest, so at least 1; ${imbalance} was given.`,
    );
  }
  // A whole number that rounding left just below itself is still that number.
  return Uint32Array.from({ length: classes }, (_, rank) =>
    Math.floor(largest * pow(imbalance, classes > 1 ? -rank / (classes - 1) : 0) + 1e-9),
  );
}

/**
 * Draws a long-tailed training set and a balanced set that share no image.
 *
 * @throws DatasetError if the imbalance is below 1, or a class has too few images or would get none.
 */
export function longTailedSubset(dataset: Dataset, key: Key, options: LongTailOptions): LongTail {
  const { devPerClass, order = 'label' } = options;
  const official = dataset.definition.kind === 'generated' ? undefined : dataset.definition.officialSplits;
  const within = options.within ?? official?.train;
  const index = classIndex(dataset, within);
  const sizes = Array.from({ length: dataset.classes }, (_, label) => classSize(index, label));
  requireWhole('The number of balanced images of a class', devPerClass, 0, Math.min(...sizes));
  const largest = options.largest ?? Math.min(...sizes) - devPerClass;
  const byRank = longTailCounts(largest, dataset.classes, options.imbalance);
  const ranks =
    order === 'label'
      ? byRank.map((_, label) => label)
      : permutation(splitKey(key, 'ranks', 0), dataset.classes);
  const counts = ranks.map((rank) => byRank[rank]!);

  const parts = sizes.map((size, label) => {
    const wanted = counts[label]! + devPerClass;
    const what = `class '${dataset.classNames[label]}' of '${dataset.name}'`;
    if (wanted > size) {
      throw new DatasetError(
        `${counts[label]} training and ${devPerClass} balanced images of ${what} were asked for, but it has ${size}.`,
      );
    }
    if (counts[label] === 0) {
      throw new DatasetError(
        `An imbalance of ${options.imbalance} with ${largest} images in the largest class leaves ${what} without any.`,
      );
    }
    const images = imagesOfClass(index, label);
    const shuffled = permutation(splitKey(key, 'class', label), size).map((place) => images[place]!);
    return {
      dev: shuffled.slice(0, devPerClass),
      train: shuffled.slice(devPerClass, wanted),
      rest: shuffled.slice(wanted),
    };
  });
  const join = (part: 'train' | 'dev' | 'rest'): Examples => {
    const indices = Uint32Array.from(parts.flatMap((images) => [...images[part]]));
    return { indices, labels: indices.map((image) => dataset.labels[image]!) };
  };
  return { counts, train: join('train'), dev: join('dev'), rest: join('rest') };
}
