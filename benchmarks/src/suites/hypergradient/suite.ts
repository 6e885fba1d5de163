/** @file The suite `hypergradient`: what a hypergradient costs and how right it is, as T and p grow. */
import { methods } from '../methods.ts';
import { bilevelSuite } from '../rows.ts';
import { cleaningProblems, problems } from './problems.ts';

export const hypergradientSuite = bilevelSuite({
  name: 'hypergradient',
  title: 'Hypergradients',
  description:
    'One hypergradient at the end of T inner steps: against the exact one on the same trajectory, in bytes and in seconds. ' +
    'Then λ is learned with it: one update after each inner optimisation, on the sine waves one after each step where a method can.',
  measureVersion: 1,
  problems,
  methods,
  metric: { name: 'outerLoss', title: 'Outer loss', direction: 'lower' },
  isolation: 'worker',
  profiles: {
    // T over three decades on one problem, p over three on another: the cross of both is `standard`.
    quick: {
      horizons: [1, 10, 100, 1000],
      dimensions: [100],
      seeds: [0, 1],
      timeoutSeconds: 60,
      overrides: [
        { where: { problems: ['rates'] }, horizons: [100], dimensions: [1, 10, 100, 1000] },
        { where: { problems: ['sinusoid-anil'] }, horizons: [30], dimensions: [240] },
        { where: { problems: cleaningProblems }, horizons: [100], dimensions: [100] },
        { where: { passes: ['memory'] }, seeds: [0] },
        {
          where: { problems: ['tracking', 'rates'], passes: ['training'] },
          horizons: [100],
          dimensions: [100],
        },
        // A tangent for each of 240 hyperparameters, 900 times: minutes on a processor that plays the GPU.
        { where: { problems: ['sinusoid-anil'], methods: ['forward'], passes: ['training'] }, seeds: [] },
      ],
    },
    standard: {
      horizons: [1, 10, 100, 1000],
      dimensions: [1, 30, 1000],
      seeds: [0, 1, 2],
      timeoutSeconds: 60,
      overrides: [
        { where: { problems: ['sinusoid-anil'] }, horizons: [30], dimensions: [240] },
        { where: { problems: cleaningProblems }, horizons: [100], dimensions: [100, 300] },
        { where: { passes: ['memory'] }, seeds: [0] },
        { where: { problems: ['tracking', 'rates'], passes: ['time'] }, seeds: [0] },
        {
          where: { problems: ['tracking', 'rates'], passes: ['training'] },
          horizons: [100],
          dimensions: [30],
        },
        { where: { problems: ['sinusoid-anil'], methods: ['forward'], passes: ['training'] }, seeds: [] },
      ],
    },
    full: {
      horizons: [1, 10, 100, 1000, 10_000],
      dimensions: [1, 10, 100, 1000],
      seeds: [0, 1, 2, 3, 4, 5, 6, 7],
      timeoutSeconds: 1200,
      overrides: [
        {
          where: { problems: ['sinusoid-anil'] },
          horizons: [10, 30, 100, 1000],
          dimensions: [240, 2176, 20_400],
        },
        { where: { problems: cleaningProblems }, dimensions: [10, 100, 1000] },
        { where: { passes: ['memory'] }, seeds: [0] },
      ],
    },
  },
});
