/** @file The suite `few-shot`: what hypergradients buy where tasks are many and small. */
import { methods } from '../methods.ts';
import { bilevelSuite } from '../rows.ts';
import { dimensionsAt, problems } from './problems.ts';

export const fewShotSuite = bilevelSuite({
  name: 'few-shot',
  title: 'Few-shot learning',
  description:
    'λ and the start of the weights are learned on one set of classes and judged on another. One update of λ for each inner ' +
    'optimisation; the start moves by FOMAML, the same for every method.',
  measureVersion: 1,
  problems,
  methods,
  metric: { name: 'accuracy', title: 'Test accuracy', direction: 'higher' },
  isolation: 'worker',
  profiles: {
    quick: {
      methods: ['exact-reverse', 'one-step', 'drmad', 'neumann', 'hyperdistill'],
      passes: ['gradient', 'memory', 'training'],
      horizons: [10],
      dimensions: [],
      overrides: [...dimensionsAt(1), { where: { passes: ['memory'] }, seeds: [0] }],
      seeds: [0, 1],
      timeoutSeconds: 60,
    },
    standard: {
      horizons: [10, 50],
      dimensions: [],
      overrides: [...dimensionsAt(1, 2), { where: { passes: ['memory'] }, seeds: [0] }],
      seeds: [0, 1, 2],
      timeoutSeconds: 300,
    },
    full: {
      horizons: [10, 50, 200],
      dimensions: [],
      overrides: [...dimensionsAt(0, 1, 2), { where: { passes: ['memory'] }, seeds: [0] }],
      seeds: [0, 1, 2, 3, 4],
      timeoutSeconds: 3600,
    },
  },
});
