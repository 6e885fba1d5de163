/** @file The pictures of one task: some to learn from, some for methods that judge their own inner optimisation, some for the report. */
import { type Dataset, type Key, sampleManyShotTask } from '@longhorizon/datasets';
import type { LoadedSource } from './sources.ts';

/** Pictures of one task with its labels 0 … classes − 1, in this order: training, development, test. */
export interface ImageTask {
  readonly name: string;
  /** [height, width, channels] */
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly classes: number;
  /** How many of the pictures are in each part. */
  readonly counts: { readonly train: number; readonly development: number; readonly test: number };
  /** Bytes of all pictures. */
  readonly images: Uint8Array;
  readonly labels: Uint32Array;
}

export interface SplitOptions {
  /** Pictures of each class at most. */
  readonly perClass: number;
  /** Share of a class that is not for the report, 0.75 when left out. */
  readonly trainShare?: number;
  /** Share of that kept for development, 0.25 when left out; no method trains on these. */
  readonly developmentShare?: number;
}

/**
 * Draws a task.
 *
 * @throws RangeError where a class would have nothing to learn from or nothing for development
 */
export function splitTask({ name, dataset, pool }: LoadedSource, key: Key, options: SplitOptions): ImageTask {
  const { perClass, trainShare = 0.75, developmentShare = 0.25 } = options;
  const drawn = sampleManyShotTask(dataset, key, { pool, classes: pool.length, perClass, trainShare });
  const classes = pool.length;
  const [train, development]: [number[], number[]] = [[], []];
  for (let label = 0; label < classes; label++) {
    const places = [...drawn.train.indices.keys()].filter((place) => drawn.train.labels[place] === label);
    const held = Math.round(places.length * developmentShare);
    if (held < 1 || held >= places.length)
      throw new RangeError(
        `task '${name}': class '${dataset.classNames[drawn.classes[label]!]}' has ${places.length} pictures that are not for the test, and a share of ` +
          `${developmentShare} of them for development leaves one of the two parts without this class; take more pictures or another share.`,
      );
    train.push(...places.slice(held));
    development.push(...places.slice(0, held));
  }
  const learned = [...train, ...development];
  const indices = [...learned.map((place) => drawn.train.indices[place]!), ...drawn.test.indices];
  const labels = [...learned.map((place) => drawn.train.labels[place]!), ...drawn.test.labels];
  return {
    name,
    shape: [dataset.shape[1], dataset.shape[2], dataset.shape[3]],
    classes,
    counts: { train: train.length, development: development.length, test: drawn.test.indices.length },
    images: bytesOf(dataset, indices),
    labels: Uint32Array.from(labels),
  };
}

function bytesOf({ name, images, shape }: Dataset, indices: readonly number[]): Uint8Array {
  if (!(images instanceof Uint8Array))
    throw new TypeError(`'${name}' does not hold pictures of bytes; choose a set of pictures.`);
  const size = shape[1] * shape[2] * shape[3];
  const bytes = new Uint8Array(indices.length * size);
  indices.forEach((index, place) => {
    bytes.set(images.subarray(index * size, (index + 1) * size), place * size);
  });
  return bytes;
}
