/** @file A long-tailed training set with a balanced dev set and a balanced test set, as one list of pictures that a problem draws from. */
import { type HostArray, hostArray } from '@longhorizon/bilevel';
import { type Dataset, DatasetError, type Key, longTailedSubset } from '@longhorizon/datasets';
import { picturesOf } from '../../../problem-parts/pictures.ts';

export interface TailDataOptions {
  readonly dataset: Dataset;
  /** Examples of the largest class over those of the smallest. */
  readonly imbalance: number;
  /** Training images of the largest class. */
  readonly largest: number;
  /** Images of each class in the dev set, 10 when left out. */
  readonly devPerClass?: number;
  /** Images of each class in the test set. */
  readonly testPerClass: number;
  /** Draws who is in which set. */
  readonly key: Key;
}

export type Group = 'many' | 'medium' | 'few';

export interface TailData {
  readonly name: string;
  readonly classes: number;
  /** Training examples of each class. */
  readonly counts: Uint32Array;
  /** How many pictures each part has. They lie in one list: training, dev, test. */
  readonly sizes: { readonly train: number; readonly dev: number; readonly test: number };
  readonly given: { readonly pictures: HostArray; readonly labels: HostArray };
  readonly draw: ReturnType<typeof picturesOf>['draw'];
  /** Group of each class: the larger third of the classes, the middle, the smaller third. */
  readonly groups: readonly Group[];
}

export function tailData(options: TailDataOptions): TailData {
  const { dataset, imbalance, largest, devPerClass = 10, testPerClass, key } = options;
  const { classes } = dataset;
  const tail = longTailedSubset(dataset, key, { imbalance, largest, devPerClass });
  checkBalanced(tail.dev.labels, classes);
  const test = firstOfEachClass(tail.rest, classes, testPerClass, dataset.name);
  const parts = [tail.train, tail.dev, test];
  const indices = Uint32Array.from(parts.flatMap((part) => [...part.indices]));
  const labels = Uint32Array.from(parts.flatMap((part) => [...part.labels]));
  const pictures = picturesOf(dataset, indices);
  return {
    name: dataset.name,
    classes,
    counts: tail.counts,
    sizes: {
      train: tail.train.indices.length,
      dev: tail.dev.indices.length,
      test: test.indices.length,
    },
    given: { pictures: pictures.packed, labels: hostArray(labels, [labels.length], { dtype: 'u32' }) },
    draw: pictures.draw,
    groups: groupsOf(tail.counts),
  };
}

/**
 * Refuses a dev set from which a class is missing, or that is not balanced: a gradient of its loss would say nothing of that class.
 *
 * @throws DatasetError naming the class
 */
export function checkBalanced(labels: Uint32Array, classes: number): void {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]! += 1;
  const missing = counts.indexOf(0);
  if (missing >= 0)
    throw new DatasetError(
      `The dev set has no example of class ${missing}, so weights learned from it would let that class go; give every class as many examples, 10 as in the papers.`,
    );
  const odd = counts.findIndex((count) => count !== counts[0]);
  if (odd >= 0)
    throw new DatasetError(
      `The dev set has ${counts[0]} examples of class 0 and ${counts[odd]} of class ${odd}; a balanced set has as many of each.`,
    );
}

function firstOfEachClass(
  { indices, labels }: { readonly indices: Uint32Array; readonly labels: Uint32Array },
  classes: number,
  perClass: number,
  name: string,
) {
  const taken = new Array<number>(classes).fill(0);
  const places = [...labels.keys()].filter((place) => taken[labels[place]!]!++ < perClass);
  const short = taken.findIndex((count) => count < perClass);
  if (short >= 0)
    throw new DatasetError(
      `A test set of ${perClass} images a class was asked for, but the training and dev sets leave ${taken[short]} of class ${short} of '${name}'; ask for fewer, or for a smaller largest class.`,
    );
  return {
    indices: Uint32Array.from(places, (place) => indices[place]!),
    labels: Uint32Array.from(places, (place) => labels[place]!),
  };
}

/** The classes in thirds by size; what does not divide is `medium`, and of two classes one is `many`, one `few`. */
export function groupsOf(counts: Uint32Array): readonly Group[] {
  const third = Math.max(1, Math.floor(counts.length / 3));
  const bySize = [...counts.keys()].sort((a, b) => counts[b]! - counts[a]! || a - b);
  const groups = new Array<Group>(counts.length).fill('medium');
  for (const label of bySize.slice(0, third)) groups[label] = 'many';
  for (const label of bySize.slice(counts.length - third)) groups[label] = 'few';
  return groups;
}
