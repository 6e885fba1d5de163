/** @file Which images belong to which class, as two flat arrays that a device can hold too. */
import type { Dataset, Range } from '../dataset/types.ts';
import { DatasetError } from '../errors.ts';
import { requireClasses, requireWhole } from '../whole.ts';

/** Images by class: those of class `c` are `order[offsets[c]] … order[offsets[c + 1] - 1]`, in rising order. */
export interface ClassIndex {
  /** Shape [classes + 1]. */
  readonly offsets: Uint32Array;
  /** Shape [images]. */
  readonly order: Uint32Array;
}

/** Some examples of a data set: where they are in its arrays, and their labels in the task at hand. */
export interface Examples {
  /** Indices of images. */
  readonly indices: Uint32Array;
  /** Labels, of the same length. */
  readonly labels: Uint32Array;
}

const known = new WeakMap<Dataset, ClassIndex>();

/**
 * The index of a data set.
 *
 * @param within - Only these images; all by default, which is worked out once and kept.
 * @throws DatasetError if there are no such images, or a label is no class.
 */
export function classIndex(dataset: Dataset, within?: Range): ClassIndex {
  if (within) return indexLabels(dataset.labels, dataset.classes, within);
  const found = known.get(dataset) ?? indexLabels(dataset.labels, dataset.classes);
  known.set(dataset, found);
  return found;
}

/** Sorts images by label, keeping their order within a class. */
export function indexLabels(
  labels: Uint32Array,
  classes: number,
  within: Range = [0, labels.length],
): ClassIndex {
  const [first, end] = within;
  requireWhole('The number of classes', classes, 1);
  requireWhole('The first image', first);
  requireWhole('The end of a range of images', end);
  if (!(first >= 0 && first < end && end <= labels.length)) {
    throw new DatasetError(`Images ${first} to ${end - 1} were asked for, but there are ${labels.length}.`);
  }
  const offsets = new Uint32Array(classes + 1);
  for (let image = first; image < end; image += 1) {
    const label = labels[image]!;
    if (label >= classes)
      throw new DatasetError(`Image ${image} has label ${label}, but the classes are 0 to ${classes - 1}.`);
    offsets[label + 1]! += 1;
  }
  for (let label = 0; label < classes; label += 1) offsets[label + 1]! += offsets[label]!;
  const next = offsets.slice(0, classes);
  const order = new Uint32Array(end - first);
  for (let image = first; image < end; image += 1) {
    const label = labels[image]!;
    order[next[label]!] = image;
    next[label]! += 1;
  }
  return { offsets, order };
}

/** Images of one class, in rising order. */
export function imagesOfClass({ offsets, order }: ClassIndex, label: number): Uint32Array {
  return order.subarray(offsets[label]!, offsets[label + 1]!);
}

/** How many images a class has. */
export function classSize({ offsets }: ClassIndex, label: number): number {
  return offsets[label + 1]! - offsets[label]!;
}

/** The classes, of all or of those given, that have at least some number of images. */
export function classesWithAtLeast(dataset: Dataset, images: number, among?: Uint32Array): Uint32Array {
  requireWhole('The number of images of a class', images);
  if (among) requireClasses(among, dataset.classes, `'${dataset.name}'`);
  const index = classIndex(dataset);
  return (among ?? allClasses(dataset)).filter((label) => classSize(index, label) >= images);
}

/** Class numbers 0, 1, 2 … */
export function allClasses(dataset: Dataset): Uint32Array {
  return Uint32Array.from({ length: dataset.classes }, (_, label) => label);
}
