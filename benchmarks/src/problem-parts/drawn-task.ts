/** @file Pictures of tasks as a network takes them: numbers from −1 to 1, labels from 0, some to learn from and some to be judged on. */
import { type Dataset, type Key, sampleManyShotTask } from '@longhorizon/datasets';

/** Pictures [count, height, width, channels] and labels. */
export interface Examples {
  readonly x: Float32Array;
  readonly labels: Uint32Array;
}

/** A task. */
export interface TransferTask {
  readonly classes: number;
  /** [height, width, channels] */
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly train: Examples;
  readonly test: Examples;
}

export interface DrawOptions {
  /** Classes to choose from; all when left out. */
  readonly pool?: Uint32Array;
  readonly classes: number;
  /** Pictures of each class to learn from and to be judged on. */
  readonly train: number;
  readonly test: number;
}

/** Draws the classes of a task and its pictures. */
export function drawTask(
  dataset: Dataset,
  key: Key,
  { pool, classes, train, test }: DrawOptions,
): TransferTask {
  const { images } = dataset;
  if (!(images instanceof Uint8Array))
    throw new TypeError(`'${dataset.name}' does not hold pictures of bytes; choose a set of pictures.`);
  const perClass = train + test;
  const drawn = sampleManyShotTask(dataset, key, {
    classes,
    perClass,
    ...(pool === undefined ? {} : { pool }),
    trainShare: train / perClass,
    halves: 'random',
  });
  const shape = [dataset.shape[1], dataset.shape[2], dataset.shape[3]] as const;
  const size = shape[0] * shape[1] * shape[2];
  const examples = ({ indices, labels }: typeof drawn.train): Examples => {
    const x = new Float32Array(indices.length * size);
    indices.forEach((index, place) => {
      for (let pixel = 0; pixel < size; pixel++)
        x[place * size + pixel] = images[index * size + pixel]! / 127.5 - 1;
    });
    return { x, labels: Uint32Array.from(labels) };
  };
  return { classes, shape, train: examples(drawn.train), test: examples(drawn.test) };
}

/** One source task: two halves, one to learn from and one to be judged on. */
export interface SourceExamples {
  readonly name: string;
  readonly classes: number;
  readonly train: Examples;
  readonly validation: Examples;
}

/** Two tasks of one: each half is learned from once and judged on once. */
export function halfSwap(task: SourceExamples): readonly SourceExamples[] {
  const { name, train, validation } = task;
  return [
    { ...task, name: `${name}, first half` },
    { ...task, name: `${name}, second half`, train: validation, validation: train },
  ];
}
