/** @file The split of data hyper-cleaning: noisy training labels, a clean validation set, a clean test set. */
import type { Dataset, Range } from '../dataset/types.ts';
import { DatasetError } from '../errors.ts';
import { permutation } from '../random/choice.ts';
import { type Key, splitKey } from '../random/key.ts';
import { requireWhole } from '../whole.ts';
import type { Examples } from './class-index.ts';
import { addLabelNoise, type LabelNoise } from './label-noise.ts';

/** How many images each part gets, and how the training labels go wrong. */
export interface CleaningOptions {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  readonly noise: LabelNoise;
  /** Training and validation images come from here; by default the official training part, if there is one. Test images come from the official test part or from the rest. */
  readonly within?: Range;
}

/** The parts, without common images. Labels are the classes of the data set. */
export interface CleaningSplit {
  /** `labels` are the noisy ones. */
  readonly train: Examples & { readonly trueLabels: Uint32Array; readonly wrong: Uint8Array };
  readonly validation: Examples;
  readonly test: Examples;
  /** Share of training labels that are wrong. */
  readonly wrongShare: number;
}

/**
 * Draws the three parts at random.
 *
 * @throws DatasetError if a size is no whole number, a range is none of the set's, or there are not enough images.
 */
export function dataCleaningSplit(dataset: Dataset, key: Key, options: CleaningOptions): CleaningSplit {
  const { train, validation, test, noise } = options;
  for (const [part, size] of Object.entries({ train, validation, test })) {
    requireWhole(`The number of images of the part '${part}'`, size);
  }
  const official = dataset.definition.kind === 'generated' ? undefined : dataset.definition.officialSplits;
  const within = options.within ?? official?.train ?? [0, dataset.shape[0]];
  const testWithin = official?.test;
  const learning = draw(
    dataset,
    splitKey(key, 'part', 'train'),
    within,
    train + validation + (testWithin ? 0 : test),
  );
  const testing = testWithin
    ? draw(dataset, splitKey(key, 'part', 'test'), testWithin, test)
    : learning.slice(train + validation);
  const clean = (indices: Uint32Array): Examples => ({
    indices,
    labels: indices.map((image) => dataset.labels[image]!),
  });
  const { indices, labels: trueLabels } = clean(learning.slice(0, train));
  const { labels, wrong, wrongShare } = addLabelNoise(
    trueLabels,
    dataset.classes,
    noise,
    splitKey(key, 'noise', 0),
  );
  return {
    train: { indices, labels, trueLabels, wrong },
    validation: clean(learning.slice(train, train + validation)),
    test: clean(testing),
    wrongShare,
  };
}

function draw(dataset: Dataset, key: Key, [first, end]: Range, count: number): Uint32Array {
  requireWhole('The first image', first, 0, dataset.shape[0] - 1);
  requireWhole('The end of a range of images', end, first + 1, dataset.shape[0]);
  if (count > end - first) {
    throw new DatasetError(
      `${count} images of '${dataset.name}' were asked for, but only ${end - first} may be drawn from.`,
    );
  }
  return permutation(key, end - first, count).map((place) => first + place);
}
