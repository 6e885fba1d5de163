/**
 * @file Rows about single data sets: a weight for each training example (data cleaning) and a decay for each weight of a classifier. On
 * generated characters, and on Fashion-MNIST where its files are.
 */

import { ratesAround } from '../../measurements/rates.ts';
import type { ProblemRow } from '../../measurements/rows.ts';
import { firstStepName } from '../../problem-parts/batch-stream.ts';
import { smallPictures } from '../../problem-parts/small-pictures.ts';
import { dataCleaning } from './model/data-cleaning.ts';
import { weightDecay } from './model/weight-decay.ts';
import { learning } from './recipes.ts';

/** A name for files, one for readers, and how many training examples there can be beside the clean ones and those of the test. */
interface Source {
  readonly dataset: string;
  readonly title: string;
  readonly most: number;
}

const sources: readonly Source[] = [
  { dataset: 'glyphs', title: 'generated characters', most: 1000 },
  { dataset: 'fashion-mnist', title: 'Fashion-MNIST', most: 50_000 },
];

const generated = { seed: 1, classes: 10, perClass: 240 };
const clean = 200;

/** Pixels on a side; p is 10 · side² + 10. */
const sides = [4, 7, 14, 28];
const decays = (side: number) => 10 * side ** 2 + 10;

export const exampleRows: readonly ProblemRow[] = sources.flatMap((source) => {
  const needs = source.dataset === 'glyphs' ? {} : { needs: source.dataset };
  return [
    { ...cleaningRow(source), ...needs },
    { ...decayRow(source), ...needs },
  ];
});

function cleaningRow({ dataset, title, most }: Source): ProblemRow {
  return {
    name: `cleaning-${dataset}`,
    kind: 'inner loss',
    title: `Data cleaning, ${title}`,
    description:
      `λ weighs training examples of ${title} (14 × 14), half of whose labels are wrong; a linear classifier learned on them, 100 a step with ` +
      `momentum 0.9, is judged on ${clean} clean ones.`,
    dimension: { minimum: 10, maximum: most, because: 'there is a hyperparameter for each training example' },
    make: ({ dimension }, seeds) =>
      dataCleaning({
        dataset: smallPictures(dataset, 14, generated),
        examples: dimension,
        clean,
        test: 2 * clean,
        noise: { kind: 'uniform', rate: 0.5 },
        batch: Math.min(100, dimension),
        cleanBatch: clean,
        seed: seeds.data ?? 0,
      }),
    rates: ratesAround(0.1),
    training: learning({
      quick: 10,
      rate: 0.1,
      every: 10,
      tasks: (number, { horizon }) => ({ [firstStepName]: [number * horizon] }),
    }),
  };
}

function decayRow({ dataset, title }: Source): ProblemRow {
  const values = sides.map(decays);
  return {
    name: `decay-${dataset}`,
    kind: 'inner loss',
    title: `Weight decay, ${title}`,
    description: `A decay for each weight of a linear classifier that sees 100 pictures of ${title}, judged on 200 others.`,
    dimension: {
      minimum: values[0]!,
      maximum: values.at(-1)!,
      values,
      because: `a weight for each class and pixel of pictures with ${sides.join(', ')} pixels a side`,
    },
    make: ({ dimension }, seeds) =>
      weightDecay({
        dataset: smallPictures(dataset, sides[values.indexOf(dimension)]!, generated),
        seed: seeds.data ?? 0,
      }),
    rates: ratesAround(0.1),
    training: learning({ rate: 0.1 }),
  };
}
