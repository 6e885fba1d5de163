/** @file The suite `large-scale`: one start of the weights for many tasks that have little in common. */
import { methods } from '../methods.ts';
import { bilevelSuite } from '../rows.ts';
import { problems } from './problems.ts';

export const largeScaleSuite = bilevelSuite({
  name: 'large-scale',
  title: 'Many unlike tasks',
  description:
    'One start of the weights for data sets that have little in common, at horizons that an epoch needs.',
  measureVersion: 1,
  problems,
  methods,
  metric: { name: 'accuracy', title: 'Test accuracy', direction: 'higher' },
  isolation: 'process',
  profiles: {
    quick: { horizons: [100], dimensions: [1000], seeds: [0, 1], timeoutSeconds: 60 },
    standard: { horizons: [100, 1000], dimensions: [1000], seeds: [0, 1, 2], timeoutSeconds: 1200 },
    full: {
      horizons: [100, 1000, 10_000],
      dimensions: [1000],
      seeds: [0, 1, 2, 3, 4],
      timeoutSeconds: 14_400,
    },
  },
});
