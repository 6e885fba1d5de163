/** @file Sets of many-shot tasks from data sets that have little in common: classes, sizes and colours all differ. */

import type { Dataset, ImageShape } from '../dataset/types.ts';
import { assertIndependent } from '../definitions/registry.ts';
import { type Key, splitKey } from '../random/key.ts';
import { type ManyShotOptions, type ManyShotTask, sampleManyShotTask } from './many-shot.ts';

/** Which sets are learnt from and which are kept for the test. */
export interface HeterogeneousSources {
  readonly train: readonly Dataset[];
  readonly test: readonly Dataset[];
}

/** A task and the data set that its indices belong to. */
export interface HeterogeneousTask extends ManyShotTask {
  readonly dataset: Dataset;
}

/** Tasks by side of the split. */
export interface HeterogeneousTasks {
  readonly train: readonly HeterogeneousTask[];
  readonly test: readonly HeterogeneousTask[];
}

/**
 * One task from each data set. A set with fewer classes than asked for gives all it has.
 *
 * @param sources - No set, and no two sets that share pictures, may stand on both sides.
 * @param key - The task of a set depends on (key, name of the set) alone.
 * @throws DatasetError that names two sets that must not meet and says why.
 */
export function heterogeneousTasks(
  sources: HeterogeneousSources,
  key: Key,
  options: Omit<ManyShotOptions, 'pool'> = {},
): HeterogeneousTasks {
  const names = (datasets: readonly Dataset[]): string[] => datasets.map(({ name }) => name);
  assertIndependent(names(sources.train), names(sources.test));
  const sample = (dataset: Dataset): HeterogeneousTask => {
    const classes = Math.min(options.classes ?? dataset.classes, dataset.classes);
    const taskKey = splitKey(key, 'data set', dataset.name);
    return { dataset, ...sampleManyShotTask(dataset, taskKey, { ...options, classes }) };
  };
  return { train: sources.train.map(sample), test: sources.test.map(sample) };
}

/** Tasks that can run as one batch: same picture size and colours, same number of classes. */
export interface TaskGroup {
  readonly image: readonly [height: number, width: number, channels: number];
  readonly classes: number;
  readonly tasks: readonly HeterogeneousTask[];
}

/** Puts tasks of one shape together, in the order in which the shapes appear. */
export function groupByShape(tasks: readonly HeterogeneousTask[]): readonly TaskGroup[] {
  const groups = new Map<string, HeterogeneousTask[]>();
  for (const task of tasks) {
    const name = `${imageOf(task.dataset.shape).join('x')}, ${task.classes.length}`;
    groups.set(name, [...(groups.get(name) ?? []), task]);
  }
  return [...groups.values()].map((members) => ({
    image: imageOf(members[0]!.dataset.shape),
    classes: members[0]!.classes.length,
    tasks: members,
  }));
}

function imageOf([, height, width, channels]: ImageShape): readonly [number, number, number] {
  return [height, width, channels];
}
