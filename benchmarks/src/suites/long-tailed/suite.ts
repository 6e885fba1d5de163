/** @file The suite `long-tailed`: classes with few examples, labels that lie. */
import { methods } from '../methods.ts';
import { bilevelSuite } from '../rows.ts';
import { problems } from './problems.ts';

export const longTailedSuite = bilevelSuite({
  name: 'long-tailed',
  title: 'Long tails and noisy labels',
  description: 'λ weighs the examples of a training set whose classes are unequal or whose labels lie.',
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
