/** @file The suite `attack`: how well a network holds against perturbed pictures. */
import { methods } from '../methods.ts';
import { bilevelSuite } from '../rows.ts';
import { problems } from './problems.ts';

export const attackSuite = bilevelSuite({
  name: 'attack',
  title: 'Perturbed pictures',
  description: 'λ makes a network that was not trained for it hold against perturbed pictures.',
  measureVersion: 1,
  problems,
  methods,
  metric: { name: 'accuracy', title: 'Accuracy under attack', direction: 'higher' },
  isolation: 'process',
  profiles: {
    quick: { horizons: [10], dimensions: [1000], seeds: [0, 1], timeoutSeconds: 60 },
    standard: { horizons: [10, 100], dimensions: [1000], seeds: [0, 1, 2], timeoutSeconds: 1200 },
    full: { horizons: [10, 100, 1000], dimensions: [1000], seeds: [0, 1, 2, 3, 4], timeoutSeconds: 14_400 },
  },
});
