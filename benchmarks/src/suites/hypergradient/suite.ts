/** @file The suite `hypergradient`: what a hypergradient costs and how right it is, as T and p grow. */
import { methods } from '../methods.ts';
import { bilevelSuite } from '../rows.ts';
import { problems } from './problems.ts';

export const hypergradientSuite = bilevelSuite({
  name: 'hypergradient',
  title: 'Hypergradients',
  description:
    'One hypergradient at the end of T inner steps: against the exact one on the same trajectory, in bytes and in seconds. ' +
    'Then λ is learned with it, one update after each inner optimisation, the same number for every method.',
  measureVersion: 1,
  problems,
  methods,
  metric: { name: 'outerLoss', title: 'Outer loss', direction: 'lower' },
  isolation: 'worker',
  profiles: {
    quick: {
      problems: ['tracking', 'rates'],
      horizons: [1, 10, 100, 1000],
      dimensions: [100],
      seeds: [0, 1],
      timeoutSeconds: 20,
      overrides: [
        { where: { passes: ['memory'] }, seeds: [0] },
        { where: { passes: ['training'] }, horizons: [100] },
      ],
    },
    standard: {
      horizons: [1, 10, 100, 1000],
      dimensions: [1, 10, 100, 1000],
      seeds: [0, 1, 2],
      timeoutSeconds: 120,
    },
    full: {
      horizons: [1, 10, 100, 1000, 10_000],
      dimensions: [1, 10, 100, 1000],
      seeds: [0, 1, 2, 3, 4, 5, 6, 7],
      timeoutSeconds: 1200,
    },
  },
});
