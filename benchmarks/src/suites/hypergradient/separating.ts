/**
 * @file Problems of a few numbers that tell methods apart: what a short horizon biases, what truncation gets the sign of wrong, where exact gradients
 * do not help, and where they explode. The problems are the same for every seed, and their hypergradients are known to ten digits at the published λ;
 * where λ begins is drawn, so that seeds are repetitions.
 */
import { influenceBalancing, lorenz, noisyQuadratic, sharpBasins } from '@longhorizon/bilevel/problems';
import { keyAt, randomUniform } from '@longhorizon/datasets';
import { ratesAround } from '../../measurements/rates.ts';
import type { ProblemRow, Seeds } from '../../measurements/rows.ts';
import { learning } from './recipes.ts';

/** Uniform numbers in [from, to) where λ begins; those of a longer λ begin with those of a shorter one. */
function begin(seeds: Seeds, count: number, from: number, to: number): Float32Array {
  const key = keyAt(seeds.initialisation ?? 0, { of: 'λ' });
  return randomUniform(key, 0, count).map((u) => from + (to - from) * u);
}

const excess = { name: 'outerLoss', title: 'Excess loss', direction: 'lower' } as const;

export const separatingRows: readonly ProblemRow[] = [
  {
    name: 'noisy-quadratic',
    kind: 'optimiser',
    title: 'Noisy quadratic',
    description:
      'Noisy descent on two curvatures a hundredfold apart, in expectation: λ is the learning rate of each of p stretches of the horizon. Small rates ' +
      'pay at once and cost later, so that what looks a few steps ahead lowers them too early. At T = 100 the rates that are best for the next step ' +
      'leave an excess of 0.448, the best constant rate leaves 0.348, and the best schedule of rates up to 1.99 leaves 0.043.',
    metric: excess,
    dimension: {
      minimum: 1,
      maximum: 10_000,
      because: 'each hyperparameter is the rate of at least one step, and runs have 10,000 at most',
    },
    weights: 2,
    make: ({ dimension, horizon }, seeds) =>
      noisyQuadratic({
        h: [1, Math.fround(0.01)],
        variance: [1, 1],
        A0: [100, 100],
        rates: begin(seeds, Math.min(dimension, horizon), 0.2, 0.4),
        steps: horizon,
      }),
    rates: ratesAround(0.03),
    // At a steady rate and any norm λ never rests: once rates pass 2, a little more of one makes the gradients of all others leap.
    training: learning({
      innerOptimisations: 50,
      quick: 20,
      judgements: 20,
      rate: 0.03,
      decays: true,
      every: 1,
      clip: 0.1,
    }),
  },
  {
    name: 'influence-balancing',
    kind: 'dynamics',
    title: 'Influence balancing',
    description:
      'A linear system of 23 numbers whose first response to λ has the wrong sign: every derivative truncated to 40 steps or fewer points away from the optimum.',
    dimension: { minimum: 1, maximum: 1, because: 'λ is one number' },
    weights: 23,
    make: (_, seeds) => influenceBalancing({ theta: begin(seeds, 1, 0.25, 0.75)[0]! }),
    rates: ratesAround(0.03),
    training: learning({ innerOptimisations: 50, quick: 20, judgements: 20, rate: 0.03 }),
  },
  {
    name: 'sharp-basins',
    kind: 'optimiser',
    title: 'Sharp basins',
    description:
      'Descent over a surface of narrow valleys: λ is the logarithm of the first and of the last learning rate. The exact gradient of the summed loss says little of where it is low.',
    dimension: { minimum: 2, maximum: 2, because: 'λ is the two ends of a schedule' },
    weights: 3,
    make: ({ horizon }, seeds) => {
      const [first = 0, last = 0] = begin(seeds, 2, -5.1, -4.1);
      return sharpBasins({ steps: horizon, theta: [first, last] });
    },
    rates: ratesAround(0.1),
    training: learning({ innerOptimisations: 50, quick: 20, judgements: 20, rate: 0.1 }),
  },
  {
    name: 'lorenz',
    kind: 'dynamics',
    title: 'Lorenz system',
    description:
      'Two parameters of a chaotic system, fitted to a trajectory: the exact gradient grows exponentially with the horizon, and float32 follows it to some 500 steps.',
    dimension: { minimum: 2, maximum: 2, because: 'λ is two parameters of the system' },
    weights: 7,
    make: ({ horizon }) => lorenz({ steps: horizon }),
  },
];

/** Their names, for profiles. */
export const separating: readonly string[] = separatingRows.map(({ name }) => name);
