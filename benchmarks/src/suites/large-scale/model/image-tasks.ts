/**
 * @file Heterogeneous many-shot tasks of pictures (Shin et al., ICML 2021, section on large-scale experiments, in small): each task has its own
 * data set, picture size and number of classes; they share the body of a network. And the set that a start is judged on, which none of them saw.
 */
import { defineTaskSet, type TaskSet } from '@longhorizon/bilevel';
import { keyAt, splitKey } from '@longhorizon/datasets';
import { groupedBy } from '@longhorizon/harness';
import { adam, momentum, type Optimiser, stepSchedule } from '@longhorizon/nn';
import { imageGroup } from './image-group.ts';
import { bodyOf, checkSameBody, type NetworkMaker, type NetworkOptions, networkFor } from './networks.ts';
import { type LoadedSource, loadSources, type Sources } from './sources.ts';
import { type ImageTask, splitTask } from './split.ts';

export interface ImageTasksOptions {
  readonly sources: Sources;
  readonly network: NetworkOptions | NetworkMaker;
  readonly seed: number;
  /** Pictures of each class at most, 60 when left out. */
  readonly perClass?: number;
  /** See `TakeOptions`. */
  readonly reduction?: number;
  readonly side?: number;
  readonly classes?: number;
  /** Training pictures are cropped after padding by an eighth of their side, and half of them mirrored. False when left out. */
  readonly augment?: boolean;
  /** Pictures of an inner step, 16 when left out. */
  readonly batch?: number;
  /** α, 0.01 when left out. */
  readonly rate?: number;
  /** 0.9 when left out. */
  readonly momentum?: number;
  /** 5·10⁻⁴ when left out. */
  readonly weightDecay?: number;
}

/** How a start is judged: the same for every method. */
export interface MetaTestOptions {
  /** Inner steps. */
  readonly steps: number;
  /** Times that it is done side by side, each with another draw of pictures and another head; 1 when left out. */
  readonly repeats?: number;
  /** Pictures of each class at most; those of the tasks when left out. */
  readonly perClass?: number;
  /** Of Adam, 10⁻³ when left out. */
  readonly rate?: number;
}

/** The tasks that a start is learned from: SGD with momentum and weight decay inside. */
export function imageTasks(options: ImageTasksOptions): TaskSet {
  const { rate = 0.01, momentum: mu = 0.9, weightDecay = 5e-4, perClass = 60 } = options;
  const { train } = loadSources(options.sources, { ...options, perClass });
  return taskSetOf(
    'images',
    `the body of a network for ${train.length} sets of pictures that have little in common`,
    train.map((source) => draw(source, options, perClass)),
    options,
    momentum({ rate, momentum: mu, weightDecay }),
  );
}

/**
 * The unseen set: Adam at 10⁻³ with an L2 term of 5·10⁻⁴, its rate times 0.3 after 40, 70 and 90 % of the steps, a fresh head and fresh running
 * statistics, as in the authors' `train_tgt.py`.
 */
export function metaTestTasks(options: ImageTasksOptions, test: MetaTestOptions): TaskSet {
  const { steps, repeats = 1, perClass = options.perClass ?? 60, rate = 1e-3 } = test;
  const loaded = loadSources(options.sources, { ...options, perClass }).test;
  const milestones = [0.4, 0.7, 0.9].map((share) => Math.round(share * steps));
  return taskSetOf(
    'images-test',
    `${loaded.name}, which no start was learned from`,
    Array.from({ length: repeats }, (_, repeat) => ({
      ...draw(loaded, options, perClass, repeat),
      name: repeats === 1 ? loaded.name : `${loaded.name}-${repeat + 1}`,
    })),
    options,
    adam({ rate: stepSchedule(rate, 0.3, milestones), weightDecay: 5e-4 }),
    steps,
  );
}

function draw(source: LoadedSource, { seed }: ImageTasksOptions, perClass: number, repeat = 0): ImageTask {
  return splitTask(source, keyAt(seed, { task: source.name, repeat }), { perClass });
}

function taskSetOf(
  name: string,
  title: string,
  tasks: readonly ImageTask[],
  { network, seed, batch = 16, augment = false }: ImageTasksOptions,
  optimiser: Optimiser,
  period?: number,
): TaskSet {
  const key = keyAt(seed, { of: `batches of ${name}` });
  const first = networkFor(network, tasks[0]!.shape, tasks[0]!.classes);
  const body = bodyOf(first);
  const groups = grouped(tasks).map((members, index) => {
    const [{ shape, classes }] = members as [ImageTask];
    const model = networkFor(network, shape, classes);
    checkSameBody(first, model);
    return imageGroup(members, {
      model,
      optimiser,
      batch,
      key: splitKey(key, 'group', index),
      seed,
      // 4 pixels for 32, as in the paper.
      ...(augment ? { padding: Math.round(shape[0] / 8) } : {}),
      ...(period === undefined ? {} : { period }),
    });
  });
  return defineTaskSet({
    name,
    title,
    bodyLength: body.paddedLength,
    p: body.size,
    initial: first.initialise(seed, body),
    groups,
  });
}

/** Tasks whose pictures, classes and numbers of pictures agree, in the order in which the shapes appear. */
function grouped(tasks: readonly ImageTask[]): readonly (readonly ImageTask[])[] {
  return [...groupedBy(tasks, (task) => JSON.stringify([task.shape, task.classes, task.counts])).values()];
}
