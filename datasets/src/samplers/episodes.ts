/**
 * @file N-way K-shot episodes, as indices.
 *
 * Task `t` depends on (key, t) and the options, not on how many tasks are drawn. Its classes are the first N entries of
 * the permutation of the classes that belongs to `task key → 'classes'`; the examples of way `w` are the first K + Q
 * entries of the permutation of the class's images that belongs to `task key → 'way' w`: K support, then Q query.
 *
 * With rotations, a character turned by 90°, 180° or 270° is a class of its own (Santoro et al., 2016). Image `i` turned
 * `r` times is then index `r · count + i`, which `withRotations` makes real and a device may as well work out.
 */
import type { Dataset } from '../dataset/types.ts';
import { DatasetError } from '../errors.ts';
import { chooseDistinct } from '../random/choice.ts';
import { type Key, splitKey } from '../random/key.ts';
import { requireClasses, requireWhole } from '../whole.ts';
import { classIndex, classSize, type Examples, imagesOfClass } from './class-index.ts';

/** Quarter turns, none included. */
export const TURNS = 4;

/** What an episode consists of. */
export interface EpisodeOptions {
  /** Number of episodes, 1 by default. */
  readonly tasks?: number;
  /** Number of the first episode, 0 by default. */
  readonly firstTask?: number;
  /** Classes of an episode, N. */
  readonly ways: number;
  /** Support examples of each class, K. */
  readonly shots: number;
  /** Query examples of each class, Q. */
  readonly queries: number;
  /** Whether quarter turns are classes of their own. */
  readonly rotations?: boolean;
}

/** Some episodes; all arrays are flat and ordered by task, then way, then example. */
export interface Episodes {
  readonly tasks: number;
  readonly ways: number;
  readonly shots: number;
  readonly queries: number;
  /** Class of each way, plus `turns · dataset.classes`. Shape [tasks, ways]. */
  readonly classes: Uint32Array;
  /** Shapes [tasks, ways, shots]; labels are ways. */
  readonly support: Examples;
  /** Shapes [tasks, ways, queries]. */
  readonly query: Examples;
}

/**
 * Draws episodes.
 *
 * @param dataset - Where the images are.
 * @param pool - The classes to draw from: one part of a class split.
 * @param key - Name its axes, for example `keyAt(seed, { split: 'train', repetition: 0 })`.
 * @throws DatasetError if a number is not whole or out of its range, the pool names a class twice or one that is not there, there
 *   are more ways than classes, or more examples than a class has images.
 */
export function sampleEpisodes(
  dataset: Dataset,
  pool: Uint32Array,
  key: Key,
  options: EpisodeOptions,
): Episodes {
  const { tasks = 1, firstTask = 0, ways, shots, queries, rotations = false } = options;
  checkEpisode(dataset, pool, options);
  const index = classIndex(dataset);
  const [count] = dataset.shape;
  const classes = new Uint32Array(tasks * ways);
  const support = emptyExamples(tasks * ways * shots);
  const query = emptyExamples(tasks * ways * queries);
  for (let task = 0; task < tasks; task += 1) {
    const taskKey = splitKey(key, 'task', firstTask + task);
    const choices = pool.length * (rotations ? TURNS : 1);
    const chosen = chooseDistinct(splitKey(taskKey, 'classes', 0), choices, ways);
    chosen.forEach((choice, way) => {
      const label = pool[choice % pool.length]!;
      const turns = Math.floor(choice / pool.length);
      const images = imagesOfClass(index, label);
      const examples = chooseDistinct(splitKey(taskKey, 'way', way), images.length, shots + queries).map(
        (place) => turns * count + images[place]!,
      );
      const at = task * ways + way;
      classes[at] = turns * dataset.classes + label;
      support.indices.set(examples.subarray(0, shots), at * shots);
      support.labels.fill(way, at * shots, (at + 1) * shots);
      query.indices.set(examples.subarray(shots), at * queries);
      query.labels.fill(way, at * queries, (at + 1) * queries);
    });
  }
  return { tasks, ways, shots, queries, classes, support, query };
}

function emptyExamples(length: number): Examples {
  return { indices: new Uint32Array(length), labels: new Uint32Array(length) };
}

function checkEpisode(dataset: Dataset, pool: Uint32Array, options: EpisodeOptions): void {
  const { tasks = 1, firstTask = 0, ways, shots, queries, rotations = false } = options;
  requireClasses(pool, dataset.classes, `'${dataset.name}'`);
  const choices = pool.length * (rotations ? TURNS : 1);
  if (ways < 1 || shots < 1 || queries < 0) {
    throw new DatasetError(
      `An episode needs at least 1 way and 1 shot, but ${ways} ways, ${shots} shots and ${queries} queries were asked for.`,
    );
  }
  requireWhole('The number of tasks', tasks, 1);
  requireWhole('The number of the first task', firstTask, 0, 2 ** 32 - tasks);
  requireWhole('The number of ways', ways, 1);
  requireWhole('The number of shots', shots, 1);
  requireWhole('The number of queries', queries);
  if (ways > choices) {
    throw new DatasetError(
      `${ways} ways were asked for, but there are only ${choices} classes to draw from in '${dataset.name}'` +
        `${rotations ? ', rotations included' : ''}.`,
    );
  }
  const index = classIndex(dataset);
  const short = pool.find((label) => classSize(index, label) < shots + queries);
  if (short !== undefined) {
    throw new DatasetError(
      `${shots} shots and ${queries} queries need ${shots + queries} images of a class, but class ` +
        `'${dataset.classNames[short]}' of '${dataset.name}' has ${classSize(index, short)}. Ask for fewer, or draw ` +
        `from classesWithAtLeast(dataset, ${shots + queries}).`,
    );
  }
}
