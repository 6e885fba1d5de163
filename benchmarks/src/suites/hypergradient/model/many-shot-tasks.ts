/**
 * @file Many-shot tasks on the device: some classes each, half of their pictures to learn from and half to be judged on, drawn in batches.
 * All pictures stay on the device; from one meta-batch to the next only their indices change.
 */
import { type GivenTensors, type HostArray, hostArray } from '@longhorizon/bilevel';
import {
  addLabelNoise,
  type ClassSplit,
  type Dataset,
  keyAt,
  type LabelNoise,
  sampleManyShotTask,
  splitClasses,
  splitKey,
} from '@longhorizon/datasets';
import { gather, iota, type Shape, type Tensor } from '@longhorizon/tensor';
import { firstStep, streamOf } from '../../../problem-parts/batch-stream.ts';
import { picturesOf } from '../../../problem-parts/pictures.ts';

export interface ManyShotTasksOptions {
  readonly dataset: Dataset;
  /** Tasks of a meta-batch, 4 when left out. */
  readonly tasks?: number;
  /** Classes of a task, 5 when left out. */
  readonly ways?: number;
  /** Pictures of a class, both halves together; 40 when left out. */
  readonly perClass?: number;
  /** Pictures of an inner step, 50 when left out. */
  readonly batch?: number;
  /** Pictures of the outer loss, 50 when left out. */
  readonly testBatch?: number;
  /** Of the labels that are learned from; none when left out. */
  readonly noise?: LabelNoise;
  readonly seed?: number;
}

export type Half = 'train' | 'test';

export interface ManyShotTasks {
  readonly tasks: number;
  readonly ways: number;
  /** Of one picture, [height, width, channels]. */
  readonly pictureShape: Shape;
  readonly given: Readonly<Record<string, HostArray>>;
  /** Positions in a task's half, u32 [tasks, batch]. */
  batch(half: Half): (given: GivenTensors, step: Tensor) => Tensor;
  /** All positions of either half, u32 [tasks, pictures]. */
  all(): Tensor;
  /** Pictures [tasks, batch, ...form] and labels [tasks, batch] at positions of a half. */
  examples(given: GivenTensors, half: Half, positions: Tensor, form: Shape): readonly [Tensor, Tensor];
  /**
   * The numbers of a meta-batch, for `run.writeGiven`.
   *
   * @param split classes that are learned on, or those kept apart
   * @param number which meta-batch
   */
  numbers(split: Half, number: number): Readonly<Record<string, Uint32Array>>;
}

export function manyShotTasks(options: ManyShotTasksOptions): ManyShotTasks {
  const { dataset, tasks = 4, ways = 5, perClass = 40, batch = 50, testBatch = 50, seed = 0 } = options;
  const trainClasses = Math.round(0.6 * dataset.classes);
  const classes: ClassSplit = splitClasses(dataset, keyAt(seed, { of: 'classes' }), {
    train: trainClasses,
    test: dataset.classes - trainClasses,
  });
  const pictures = picturesOf(dataset);
  const half = Math.floor((ways * perClass) / 2);
  const numbers: ManyShotTasks['numbers'] = (split, number) => {
    const columns = {
      trainIndices: new Uint32Array(tasks * half),
      trainLabels: new Uint32Array(tasks * half),
      testIndices: new Uint32Array(tasks * half),
      testLabels: new Uint32Array(tasks * half),
    };
    for (let task = 0; task < tasks; task++) {
      const key = keyAt(seed, { split, task: number * tasks + task });
      const drawn = sampleManyShotTask(dataset, key, {
        classes: ways,
        pool: classes[split],
        perClass,
        halves: 'random',
      });
      const at = task * half;
      const learned =
        options.noise === undefined
          ? drawn.train.labels
          : addLabelNoise(drawn.train.labels, ways, options.noise, splitKey(key, 'noise', 0)).labels;
      columns.trainIndices.set(drawn.train.indices.subarray(0, half), at);
      columns.trainLabels.set(learned.subarray(0, half), at);
      columns.testIndices.set(drawn.test.indices.subarray(0, half), at);
      columns.testLabels.set(drawn.test.labels.subarray(0, half), at);
    }
    return columns;
  };
  const first = numbers('train', 0);
  const streams = {
    train: streamOf({ key: keyAt(seed, { of: 'batches' }), examples: half, batch, tasks }),
    test: streamOf({ key: keyAt(seed, { of: 'test batches' }), examples: half, batch: testBatch, tasks }),
  };
  return {
    tasks,
    ways,
    pictureShape: pictures.shape,
    given: {
      pictures: pictures.packed,
      ...Object.fromEntries(
        Object.entries(first).map(([name, values]) => [
          name,
          hostArray(values, [tasks, half], { dtype: 'u32' }),
        ]),
      ),
      ...firstStep(),
    },
    batch: (which) => streams[which],
    all: () => iota([tasks, half], 1),
    examples: (given, which, positions, form) => {
      const own = (name: string) => gather(given[name]!, positions, 1, { batched: true });
      return [pictures.draw(given.pictures!, own(`${which}Indices`), form), own(`${which}Labels`)];
    },
    numbers,
  };
}
