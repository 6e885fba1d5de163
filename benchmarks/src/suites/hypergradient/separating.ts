/**
 * @file Problems of a few numbers that tell methods apart: what a short horizon biases, what truncation gets the sign of wrong, where exact gradients
 * do not help, and where they explode. All are the same for every seed, and their hypergradients are known to ten digits.
 */
import { influenceBalancing, lorenz, noisyQuadratic, sharpBasins } from '@longhorizon/bilevel/problems';
import type { ProblemRow } from '../../measurements/rows.ts';

export const separatingRows: readonly ProblemRow[] = [
  {
    name: 'noisy-quadratic',
    title: 'Noisy quadratic',
    description:
      'Noisy descent on two curvatures a hundredfold apart, in expectation: λ is the learning rate of each of p stretches of the horizon. Small rates ' +
      'pay at once and cost later, so that what looks a few steps ahead lowers them too early.',
    dimension: {
      minimum: 1,
      maximum: 10_000,
      because: 'each hyperparameter is the rate of at least one step, and runs have 10,000 at most',
    },
    weights: 2,
    make: ({ dimension, horizon }) =>
      noisyQuadratic({
        h: [1, Math.fround(0.01)],
        variance: [1, 1],
        A0: [100, 100],
        rates: new Float32Array(Math.min(dimension, horizon)).fill(0.3),
        steps: horizon,
      }),
  },
  {
    name: 'influence-balancing',
    title: 'Influence balancing',
    description:
      'A linear system of 23 numbers whose first response to λ has the wrong sign: every derivative truncated to 40 steps or fewer points away from the optimum.',
    dimension: { minimum: 1, maximum: 1, because: 'λ is one number' },
    weights: 23,
    make: () => influenceBalancing(),
  },
  {
    name: 'sharp-basins',
    title: 'Sharp basins',
    description:
      'Descent over a surface of narrow valleys: λ is the logarithm of the first and of the last learning rate. The exact gradient of the summed loss says little of where it is low.',
    dimension: { minimum: 2, maximum: 2, because: 'λ is the two ends of a schedule' },
    weights: 3,
    make: ({ horizon }) => sharpBasins({ steps: horizon }),
  },
  {
    name: 'lorenz',
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
