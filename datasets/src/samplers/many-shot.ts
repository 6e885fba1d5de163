/** @file Many-shot tasks: a few classes with all their images, one half to learn from and one to be tested on. */
import type { Dataset, OfficialSplits } from '../dataset/types.ts';
import { DatasetError } from '../errors.ts';
import { chooseDistinct, permutation } from '../random/choice.ts';
import { type Key, splitKey } from '../random/key.ts';
import { requireClasses, requireWhole } from '../whole.ts';
import { allClasses, classIndex, type Examples, imagesOfClass } from './class-index.ts';

/** Which classes and images make up a task. */
export interface ManyShotOptions {
  /** Number of classes k; all of the pool by default. */
  readonly classes?: number;
  /** Classes to draw from; all by default. */
  readonly pool?: Uint32Array;
  /** At most this many images of each class; all by default. */
  readonly perClass?: number;
  /** Share of each class that is learnt from, a half by default. Only for random halves. */
  readonly trainShare?: number;
  /**
   * `official` keeps to the parts that the makers of the set made, `random` draws the halves. By default official where
   * the set says that a random split leaks and has official parts, else random.
   */
  readonly halves?: 'official' | 'random';
}

/** One task. Labels are 0 … k - 1; examples are ordered by class. */
export interface ManyShotTask {
  /** Class of each label. */
  readonly classes: Uint32Array;
  readonly train: Examples;
  readonly test: Examples;
  /** Why its test accuracy flatters, where it does. */
  readonly warning?: string;
}

/**
 * Draws a task. Each class is divided on its own, so that both halves have the same class shares.
 *
 * @param key - Name its axes, for example `keyAt(seed, { split: 'train', task: 3 })`.
 * @throws DatasetError if a number is not whole, the pool names a class twice, there are not enough classes, or a class has nothing for one of the halves.
 */
export function sampleManyShotTask(dataset: Dataset, key: Key, options: ManyShotOptions = {}): ManyShotTask {
  const pool = options.pool ?? allClasses(dataset);
  requireClasses(pool, dataset.classes, `'${dataset.name}'`);
  const count = options.classes ?? pool.length;
  requireWhole('The number of classes of a task', count, 1);
  if (options.perClass !== undefined) requireWhole('The number of images of a class', options.perClass, 1);
  if (count > pool.length) {
    throw new DatasetError(
      `A task of ${count} classes was asked for, but there are only ${pool.length} to draw from in '${dataset.name}'.`,
    );
  }
  const classes = chooseDistinct(splitKey(key, 'classes', 0), pool.length, count).map(
    (place) => pool[place]!,
  );
  const { official, leak } = splitAdvice(dataset);
  const halves = options.halves ?? (leak && official ? 'official' : 'random');
  if (halves === 'official' && !official) {
    throw new DatasetError(
      `'${dataset.name}' has no official training and test part: ask for random halves.`,
    );
  }
  const divide = halves === 'official' ? officialHalves(dataset, official!) : randomHalves(dataset, options);
  const parts = [...classes].map((label, way) => divide(label, splitKey(key, 'way', way), options.perClass));
  return {
    classes,
    train: join(parts.map(({ train }) => train)),
    test: join(parts.map(({ test }) => test)),
    ...(halves === 'random' && leak ? { warning: leak } : {}),
  };
}

interface Halves {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

type Divide = (label: number, key: Key, perClass: number | undefined) => Halves;

function splitAdvice({ definition }: Dataset): {
  readonly official?: OfficialSplits | undefined;
  readonly leak?: string | undefined;
} {
  return definition.kind === 'generated'
    ? {}
    : { official: definition.officialSplits, leak: definition.leak };
}

function randomHalves(dataset: Dataset, { trainShare = 0.5 }: ManyShotOptions): Divide {
  const index = classIndex(dataset);
  if (!(trainShare > 0 && trainShare < 1)) {
    throw new DatasetError(`The share to learn from lies between 0 and 1, but ${trainShare} was given.`);
  }
  return (label, key, perClass) => {
    const images = imagesOfClass(index, label);
    const chosen = shuffled(images, key, perClass);
    const cut = Math.round(chosen.length * trainShare);
    if (cut < 1 || cut >= chosen.length) {
      throw new DatasetError(
        `Class '${dataset.classNames[label]}' of '${dataset.name}' gives ${chosen.length} images, which cannot be ` +
          `divided with a share of ${trainShare} to learn from: one part would be empty.`,
      );
    }
    return { train: chosen.slice(0, cut), test: chosen.slice(cut) };
  };
}

function officialHalves(dataset: Dataset, { train, test }: OfficialSplits): Divide {
  const trainIndex = classIndex(dataset, train);
  const testIndex = classIndex(dataset, test);
  return (label, key, perClass) => ({
    train: shuffled(imagesOfClass(trainIndex, label), splitKey(key, 'half', 'train'), perClass),
    test: shuffled(imagesOfClass(testIndex, label), splitKey(key, 'half', 'test'), perClass),
  });
}

function shuffled(images: Uint32Array, key: Key, most = images.length): Uint32Array {
  return permutation(key, images.length, Math.min(most, images.length)).map((place) => images[place]!);
}

function join(parts: readonly Uint32Array[]): Examples {
  return {
    indices: Uint32Array.from(parts.flatMap((part) => [...part])),
    labels: Uint32Array.from(parts.flatMap((part, label) => new Array<number>(part.length).fill(label))),
  };
}
