/** @file The suite `large-scale`: one start of the weights for many tasks that have little in common, learned over long trajectories. */

import { initialisationSuite, initRow } from '../../measurements/initialisation/rows.ts';
import type { InitMethod } from '../../methods/init-method.ts';
import { initMethods } from '../../methods/registry.ts';
import { bodySizes } from './images.ts';
import { problems } from './problems.ts';
import { tunedFor } from './tuned.ts';

const [smallBody, largeBody, ...residualBodies] = bodySizes as [number, number, ...number[]];
const images = ['images', 'images-real'];
const compared = initMethods.filter(({ only }) => only !== 'files');
const atCost = (...costs: readonly InitMethod['cost'][]): readonly string[] =>
  compared.flatMap(({ name, cost }) => (costs.includes(cost) ? [name] : []));
/** Methods that compile the network once more, or start from one task. */
const expensive = atCost('medium', 'heavy', 'heaviest');

export const largeScaleSuite = initialisationSuite({
  name: 'large-scale',
  title: 'Many unlike tasks, long trajectories',
  description:
    'An initialisation φ for heterogeneous tasks, learned over trajectories of K inner steps. All methods take the same number of inner ' +
    'steps; each uses the best of four values of β on seed 0. φ is evaluated by fine-tuning from it.',
  measureVersion: 1,
  problems,
  methods: compared.map(initRow),
  tunedFor,
  tunedBy: 'benchmarks/src/suites/large-scale/studies/tune.ts',
  metric: { name: 'testLoss', title: 'Meta-test loss', direction: 'lower' },
  curves: [
    { name: 'trainLoss', title: 'Meta-training loss', direction: 'lower', scale: 'log' },
    { name: 'testLoss', title: 'Meta-test loss', direction: 'lower' },
  ],
  axisNames: { horizon: 'K', step: 'inner steps of each task' },
  isolation: 'worker',
  profiles: {
    // A meta-training on each problem for the methods that are cheap there; bytes and seconds on the quadratics for all.
    quick: {
      horizons: [10, 100],
      dimensions: [],
      seeds: [0],
      // The first cell of the pictures compiles for all others; other work on the machine makes that long.
      timeoutSeconds: 180,
      sideBySide: ['memory', 'training'],
      overrides: [
        { where: { problems: ['himmelblau'] }, dimensions: [2] },
        { where: { problems: ['himmelblau'], passes: ['memory', 'time'] }, horizons: [] },
        { where: { problems: ['himmelblau'], passes: ['training'] }, horizons: [100] },
        { where: { problems: ['quadratics'] }, dimensions: [100] },
        { where: { problems: ['quadratics'], passes: ['time'] }, horizons: [100] },
        { where: { problems: ['quadratics'], passes: ['training'] }, horizons: [100] },
        { where: { problems: ['images'] }, dimensions: [smallBody] },
        { where: { problems: ['images-real'] }, dimensions: [] },
        { where: { problems: ['images'], passes: ['memory', 'time'] }, horizons: [] },
        { where: { problems: ['images'], passes: ['training'] }, horizons: [100] },
        { where: { problems: ['images'], methods: expensive }, dimensions: [] },
        { where: { problems: ['himmelblau'], methods: atCost('heavy', 'heaviest') }, dimensions: [] },
      ],
    },
    standard: {
      horizons: [10, 100, 1000],
      dimensions: [],
      seeds: [0, 1, 2],
      timeoutSeconds: 1200,
      overrides: [
        { where: { problems: ['himmelblau'] }, dimensions: [2] },
        { where: { problems: ['quadratics'] }, dimensions: [10, 1000] },
        { where: { problems: images }, dimensions: [smallBody] },
        { where: { problems: images, methods: atCost('heaviest') }, horizons: [100] },
        { where: { passes: ['memory'] }, seeds: [0] },
        { where: { passes: ['time'] }, seeds: [0] },
      ],
    },
    full: {
      horizons: [10, 100, 1000],
      dimensions: [],
      seeds: [0, 1, 2, 3, 4],
      timeoutSeconds: 36_000,
      overrides: [
        { where: { problems: ['himmelblau'] }, dimensions: [2] },
        { where: { problems: ['quadratics'] }, dimensions: [10, 1000, 100_000] },
        { where: { problems: images }, dimensions: [largeBody, ...residualBodies] },
        { where: { passes: ['memory'] }, seeds: [0] },
      ],
    },
  },
});
