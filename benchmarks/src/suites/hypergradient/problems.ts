/**
 * @file The rows of the suite: problems with a known hypergradient, at any horizon and any number of hyperparameters, then waves, examples
 * and networks. A problem is one row.
 */
import { rates, tracking, trackingOfSize } from '@longhorizon/bilevel/problems';
import { keyAt, randomUniform } from '@longhorizon/datasets';
import type { CellConfig } from '@longhorizon/harness';
import { ratesAround } from '../../measurements/rates.ts';
import type { ProblemRow, Seeds } from '../../measurements/rows.ts';
import { sinusoidAnil, sinusoidBatch } from '../../problem-parts/sinusoid-anil.ts';
import { exampleRows } from './examples.ts';
import { networkRows } from './networks.ts';
import { perturbationRow } from './perturbation.ts';
import { learning } from './recipes.ts';
import { separatingRows } from './separating.ts';

/** Weights of the quadratics: p runs up to it, and d does not change with p. */
const weights = 1000;

/** Widths of the sinusoids' hidden layers. */
const sinusoidWidths = [10, 32, 100] as const;

const groups = {
  minimum: 1,
  maximum: weights,
  because: `each hyperparameter belongs to a group of the ${weights} weights`,
};

/** Uniform numbers in [from, to), rounded to float32 so that device and oracle start from the same ones. */
function draw(seed: number, name: string, count: number, from: number, to: number): number[] {
  const uniform = randomUniform(keyAt(seed, { of: name }), 0, count);
  return Array.from(uniform, (u) => Math.fround(from + (to - from) * u));
}

/**
 * Curvatures whose time constants, 1/(ηh) steps, go evenly over the decades from 10 to 1000 at η = 0.1: some weights settle at once, others
 * are on their way at T = 1000.
 */
function curvatures(seed: number): number[] {
  return draw(seed, 'curvature', weights, -2, 0).map((exponent) => Math.fround(10 ** exponent));
}

export const problems: readonly ProblemRow[] = [
  {
    name: 'tracking',
    kind: 'inner loss',
    title: 'Tracking quadratic',
    description:
      `${weights} weights follow λ down a quadratic; each hyperparameter is the target of a group of weights. Curvatures ` +
      'spread over two decades, so some weights forget their past in ten steps and some in a thousand.',
    dimension: groups,
    weights,
    make: ({ dimension }, seeds) =>
      tracking({
        G: curvatures(data(seeds)),
        w0: draw(data(seeds), 'start', weights, -2, 2),
        lambda: draw(start(seeds), 'targets', dimension, -2, 2),
        rate: Math.fround(0.1),
        outer: { kind: 'quadratic', c: draw(data(seeds), 'goal', weights, -1, 1) },
      }),
    rates: ratesAround(0.1),
    training: learning({ rate: 0.1 }),
  },
  {
    name: 'tracking-wide',
    kind: 'inner loss',
    title: 'Tracking quadratic, wide',
    description:
      'As many weights as hyperparameters, each of which follows its own: p and d grow together, to a million and beyond.',
    dimension: {
      minimum: 1,
      maximum: 2 ** 24,
      because: 'each hyperparameter is one of 4 bytes, and so is each weight',
    },
    make: ({ dimension }) => trackingOfSize(dimension, dimension),
    training: learning({ rate: 0.1 }),
  },
  {
    name: 'rates',
    kind: 'optimiser',
    title: 'Learning rates',
    description:
      `A learning rate for each group of the ${weights} weights of a quadratic: λ acts through the optimiser only, and what a step ` +
      'leaves behind depends on where it was taken.',
    dimension: groups,
    weights,
    make: ({ dimension }, seeds) =>
      rates({
        h: curvatures(data(seeds)),
        m: draw(data(seeds), 'minimum', weights, -1, 1),
        w0: draw(data(seeds), 'start', weights, -2, 2),
        lambda: draw(start(seeds), 'rates', dimension, 0.05, 0.15),
        outer: { kind: 'quadratic', c: draw(data(seeds), 'goal', weights, -1, 1) },
      }),
    rates: ratesAround(0.01),
    training: learning({ rate: 0.01 }),
  },
  {
    name: 'sinusoid-anil',
    kind: 'shared layers',
    title: 'Sine waves (ANIL)',
    description:
      'A perceptron fits sine waves of random phase and amplitude: λ is its first three layers, w its last. 10 waves side by side, 10 ' +
      'points each, momentum 0.9.',
    dimension: {
      minimum: bodySize(sinusoidWidths[0]),
      maximum: bodySize(sinusoidWidths[2]),
      values: sinusoidWidths.map(bodySize),
      because: `the sizes of three hidden layers of ${sinusoidWidths.join(', ')}`,
    },
    make: (config, seeds) => sinusoidAnil(sinusoidOptions(config, seeds)),
    rates: ratesAround(0.001),
    training: (config, seeds) => {
      // As published: λ after every step where a method can, the head by Reptile, judged on waves that were never seen.
      const options = sinusoidOptions(config, seeds);
      // Judging takes as many inner steps as learning where there is little of it.
      const isQuick = config.profile === 'quick';
      return {
        innerOptimisations: isQuick ? 15 : 30,
        rate: 0.001,
        every: 1,
        initialisation: 'reptile',
        tasks: (number) => sinusoidBatch('train', number, options),
        test: { batches: isQuick ? 8 : 20, tasks: (number) => sinusoidBatch('test', number, options) },
        evaluateEvery: isQuick ? 5 : 6,
      };
    },
  },
  ...separatingRows,
  ...exampleRows,
  ...networkRows,
  perturbationRow,
];

/** Names of the problems of a kind, such as `cleaning`, for profiles. */
export function named(...kinds: readonly string[]): readonly string[] {
  return problems.map(({ name }) => name).filter((name) => kinds.some((kind) => name.startsWith(`${kind}-`)));
}

/** Elements of the three first layers of a perceptron 1-width-width-width-1. */
function bodySize(width: number): number {
  return 2 * width ** 2 + 4 * width;
}

function sinusoidOptions({ dimension }: CellConfig, seeds: Seeds) {
  const width = sinusoidWidths.find((one) => bodySize(one) === dimension) ?? sinusoidWidths[0];
  return { seed: data(seeds), hidden: [width, width, width] };
}

const data = (seeds: Seeds): number => seeds.data ?? 0;
const start = (seeds: Seeds): number => seeds.initialisation ?? 0;
