/** @file The suite `hypergradient`: what a hypergradient costs and how right it is, as T and p grow. */

import { phiLayout } from '@longhorizon/metaperturb';
import { controlRows } from '../../measurements/controls.ts';
import { bilevelSuite, hyperRow } from '../../measurements/rows.ts';
import { type HyperMethod, isInCompleteAlone } from '../../methods/hyper-method.ts';
import { hyperMethods } from '../../methods/registry.ts';
import { networkDimensions, networkNames } from './networks.ts';
import { perturbationRow } from './perturbation.ts';
import { named, problems } from './problems.ts';
import { separating } from './separating.ts';

/** What takes more than seconds to compile, or moves millions of numbers, is left to the longer profiles. */
const quickProblems = problems
  .map(({ name }) => name)
  .filter(
    (name) =>
      ![
        ...networkNames,
        ...separating,
        perturbationRow.name,
        'tracking-wide',
        'decay-fashion-mnist',
      ].includes(name) || name === 'influence-balancing',
  );

const learnedSeparating = separating.filter((name) => name !== 'lorenz');

/** What a suite of hypergradients shows of the problems that tell methods apart: how right they are, and at what memory. */
const separatingPoints = (horizons: readonly number[]) => [
  { where: { problems: separating }, horizons, seeds: [0] },
  { where: { problems: ['noisy-quadratic'] }, dimensions: [1, 10, 100] },
  { where: { problems: ['influence-balancing'] }, dimensions: [1] },
  { where: { problems: ['sharp-basins', 'lorenz'] }, dimensions: [2] },
  { where: { problems: separating, passes: ['time'] }, seeds: [] },
  // λ is learned where that says something: on chaos no method gets anywhere.
  { where: { problems: ['lorenz'], passes: ['training'] }, seeds: [] },
  {
    where: { problems: learnedSeparating, passes: ['training'] },
    horizons: [100],
    seeds: [0, 1, 2, 3, 4, 5, 6, 7],
  },
  { where: { problems: ['noisy-quadratic'], passes: ['training'] }, dimensions: [100] },
];

/** Methods of the registry that know a start which is given, and those among them that a short comparison leaves out. */
const known = hyperMethods.filter(({ starts }) => starts === 'fixed' || starts === 'any');
const methods = [...known.map((method) => hyperRow(method)), ...controlRows];
const namesOf = (some: readonly HyperMethod[]) => some.map(({ name }) => name);
/** Left out of `quick` where a problem is there to be seen, not to compare all methods on. */
const notQuick = namesOf(known.filter(({ compared }) => compared !== 'always'));
/** Left out where two cores manage one method of each family. */
const otherFamilies = namesOf(known.filter(isInCompleteAlone));
/** Shown at one point of a short run. */
const further = known.filter(({ compared }) => compared === 'further').map(({ name }) => name);

/** Those whose memory grows with p: they carry something for each hyperparameter. */
const growing = namesOf(known.filter(({ card }) => (card.theory?.memory?.dimension ?? 0) > 0));

export const hypergradientSuite = bilevelSuite({
  name: 'hypergradient',
  title: 'Hypergradients',
  description:
    'Accuracy, memory and time of one hypergradient after T inner steps, compared with the exact one. ' +
    'Then λ is trained with it; online methods update λ several times per inner run.',
  measureVersion: 1,
  kindTitle: 'λ acts in',
  rivals: ['hyperdistill', 'one-step'],
  problems,
  methods,
  metric: { name: 'outerLoss', title: 'Outer loss', direction: 'lower' },
  tuning: { pass: 'training', seeds: [1000, 1001] },
  isolation: 'worker',
  profiles: {
    // T over three decades on one problem, p over three on another: the cross of both is `standard`.
    quick: {
      problems: quickProblems,
      horizons: [1, 10, 100, 1000],
      dimensions: [100],
      seeds: [0, 1],
      // Half the time on two cores; what costs are read from, the pass `time`, runs alone.
      sideBySide: ['gradient', 'memory', 'training'],
      timeoutSeconds: 60,
      overrides: [
        { where: { problems: ['rates'] }, horizons: [100], dimensions: [1, 10, 100, 1000] },
        { where: { problems: ['sinusoid-anil'] }, horizons: [30], dimensions: [240] },
        { where: { problems: named('cleaning') }, horizons: [100], dimensions: [100] },
        { where: { problems: named('decay') }, horizons: [100], dimensions: [170] },
        { where: { passes: ['memory'] }, seeds: [0] },
        // The unit of a time is the cell: three short ones a row, seed by seed in turns over the methods. Later ones find their pipelines compiled.
        { where: { passes: ['time'] }, seeds: [0, 1, 2] },
        // What a tangent for each hyperparameter costs is seen on the quadratics.
        { where: { problems: named('cleaning'), methods: growing, passes: ['time'] }, seeds: [] },
        {
          where: { problems: ['tracking', 'rates'], passes: ['training'] },
          horizons: [100],
          dimensions: [100],
        },
        // Programs take longer to compile than to run here: one method of each kind of error.
        { where: { problems: named('decay'), methods: notQuick }, seeds: [] },
        { where: { problems: named('decay'), passes: ['time'] }, seeds: [] },
        // The quadratics show what all methods learn; where learning takes seconds a cell, one of each family.
        {
          where: {
            problems: ['sinusoid-anil', ...named('cleaning')],
            methods: otherFamilies,
            passes: ['training'],
          },
          seeds: [],
        },
        { where: { methods: further }, horizons: [100], seeds: [0] },
        { where: { problems: ['influence-balancing'] }, horizons: [100], dimensions: [1], seeds: [0] },
        { where: { problems: ['influence-balancing'], passes: ['memory', 'time', 'training'] }, seeds: [] },
        { where: { problems: ['influence-balancing'], methods: notQuick }, seeds: [] },
        { where: { methods: further, passes: ['time', 'training'] }, seeds: [] },
        {
          where: {
            problems: quickProblems.filter((name) => name !== 'tracking'),
            methods: further,
          },
          seeds: [],
        },
      ],
    },
    standard: {
      horizons: [1, 10, 100, 1000],
      dimensions: [1, 30, 1000],
      seeds: [0, 1, 2],
      timeoutSeconds: 180,
      overrides: [
        { where: { problems: ['sinusoid-anil'] }, horizons: [30], dimensions: [240] },
        { where: { problems: named('cleaning') }, horizons: [100], dimensions: [100, 300] },
        { where: { problems: named('decay') }, horizons: [100], dimensions: [170, 1970] },
        { where: { problems: networkNames }, horizons: [10] },
        { where: { problems: [perturbationRow.name] }, horizons: [1, 10], dimensions: [phiLayout.size] },
        ...networkDimensions(0),
        { where: { problems: ['tracking-wide'] }, horizons: [10], dimensions: [100_000] },
        { where: { passes: ['memory'] }, seeds: [0] },
        // How costs grow with p is read from more than the ends: groups of 100, 33, 10, 3 and 2 weights lie between all and one.
        {
          where: { problems: ['tracking', 'rates'], passes: ['memory', 'time'] },
          dimensions: [1, 10, 30, 100, 300, 500, 1000],
        },
        {
          where: { problems: ['tracking', 'rates'], passes: ['training'] },
          horizons: [100],
          dimensions: [30],
        },
        // A tangent for each of 240 hyperparameters, 900 times (100 and 2000 times): minutes on a software adapter.
        {
          where: {
            problems: ['sinusoid-anil', ...named('cleaning')],
            methods: growing,
            passes: ['training'],
          },
          seeds: [],
        },
        { where: { problems: [...networkNames, perturbationRow.name], methods: otherFamilies }, seeds: [] },
        { where: { problems: ['tracking-wide'], methods: growing }, seeds: [] },
        ...separatingPoints([100]),
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
        { where: { problems: named('cleaning') }, dimensions: [10, 100, 1000, 50_000] },
        { where: { problems: named('decay') }, horizons: [100, 1000], dimensions: [170, 500, 1970, 7850] },
        { where: { problems: networkNames }, horizons: [10, 100, 1000] },
        { where: { problems: [perturbationRow.name] }, horizons: [1, 10, 100], dimensions: [phiLayout.size] },
        ...networkDimensions(0, 1, 2, 3),
        { where: { problems: ['tracking-wide'] }, dimensions: [10_000, 1_048_576] },
        { where: { passes: ['memory'] }, seeds: [0] },
        { where: { problems: ['tracking-wide'], methods: growing }, seeds: [] },
        ...separatingPoints([10, 100, 500]),
      ],
    },
  },
});
