/** @file Meta-batches of few-shot tasks as numbers for a problem's given arrays: pictures, small ones, by split and number. */
import { type ClassSplit, keyAt, sampleEpisodes, splitClasses } from '@longhorizon/datasets';
import { smallPictures } from '../../../problem-parts/small-pictures.ts';

/** What the tasks of a meta-batch look like. */
export interface TaskShape {
  /** Name of a data set with pictures in one channel. */
  readonly dataset: string;
  /** Pictures are reduced to side × side. */
  readonly side: number;
  readonly ways: number;
  readonly shots: number;
  /** Pictures of each class in the outer loss. */
  readonly queries: number;
  /** Tasks of a meta-batch. */
  readonly tasks: number;
}

/** Pictures [tasks, ways · shots, side²] and [tasks, ways · queries, side²], ink from 0 to 1. Labels are the same in all tasks. */
export type EpisodeBatch = { readonly x: Float32Array; readonly queryX: Float32Array };

export interface EpisodeSource {
  readonly batch: (split: 'train' | 'test', number: number) => EpisodeBatch;
  /** Class of each picture, the same in every task: ways in order. */
  readonly labels: Uint32Array;
  readonly queryLabels: Uint32Array;
}

/** Classes of generated sets; real ones have their own number. */
const generated = { seed: 0, classes: 120 };

/**
 * The tasks of a seed. A third of the classes is kept for the test; no class is on both sides.
 *
 * @param seed names the split of the classes and the tasks
 */
export function episodeSource(shape: TaskShape, seed: number): EpisodeSource {
  const data = smallPictures(shape.dataset, shape.side, generated);
  const test = Math.floor(data.classes / 3);
  const split: ClassSplit = splitClasses(data, keyAt(seed, { of: 'classes' }), {
    train: data.classes - test,
    test,
  });
  const pixels = shape.side ** 2;
  const pictures = (indices: Uint32Array): Float32Array => {
    const out = new Float32Array(indices.length * pixels);
    indices.forEach((index, place) => {
      for (let pixel = 0; pixel < pixels; pixel++)
        out[place * pixels + pixel] = (data.images[index * pixels + pixel] as number) / 255;
    });
    return out;
  };
  const { tasks, ways, shots, queries } = shape;
  const labelsOf = (each: number): Uint32Array =>
    Uint32Array.from({ length: tasks * ways * each }, (_, place) => Math.floor(place / each) % ways);
  return {
    batch: (part, number) => {
      const episodes = sampleEpisodes(data, split[part], keyAt(seed, { split: part }), {
        tasks,
        ways,
        shots,
        queries,
        firstTask: number * tasks,
      });
      return { x: pictures(episodes.support.indices), queryX: pictures(episodes.query.indices) };
    },
    labels: labelsOf(shots),
    queryLabels: labelsOf(queries),
  };
}
