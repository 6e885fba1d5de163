/** @file The suite `few-shot`: what hypergradients buy where tasks are many and small. */

import { controlRows } from '../../measurements/controls.ts';
import { bilevelSuite } from '../../measurements/rows.ts';
import { type HyperMethod, isInCompleteAlone } from '../../methods/hyper-method.ts';
import { hyperMethods } from '../../methods/registry.ts';
import { methods } from './methods.ts';
import { dimensionsAt, fixedStartProblems, problems } from './problems.ts';
import { namesOf, startDimensionsAt } from './start-problems.ts';

const fixed = fixedStartProblems.map(({ name }) => name);
const start = namesOf('small');
const convolutional = namesOf('conv4');
/** The setting in which methods differ: with five ways all are near the top. */
const twentyWays = start.filter((name) => name.endsWith('-20w1s'));
/** The learned starts that a software adapter computes in an hour. */
const standardStart = start.filter((name) => twentyWays.includes(name) || /-glyphs(-5w1s)?$/.test(name));
/** Where bytes and seconds are taken against T, with a network that has activations to keep. */
const costs = ['maml-conv4-glyphs-20w1s'];
const quickStart = ['maml-glyphs-20w1s'];

const namesWhere = (rule: (method: HyperMethod) => boolean): readonly string[] =>
  hyperMethods.filter(rule).map(({ name }) => name);
/** FOMAML is the first-order method where a start is learned; those for a given start are like it, so a short profile goes without them. */
const isLikeFomaml = ({ family, starts }: HyperMethod) => family === 'first-order' && starts === 'fixed';
/** Methods made for a given start, which the problems with one compare; the reference is needed on both. */
const isNotForStarts = ({ role, starts }: HyperMethod) => starts === 'any' && role !== 'reference';

export const fewShotSuite = bilevelSuite({
  name: 'few-shot',
  title: 'Few-shot learning',
  description:
    'λ and the initial weights are meta-trained on one set of classes and tested on another, with one update of λ per inner run. ' +
    'The initial weights follow FOMAML for every method, or they are part of λ (MAML and its variants). ' +
    'T is the number of inner steps, in meta-training and in the test.',
  measureVersion: 1,
  problems,
  methods,
  metric: { name: 'accuracy', title: 'Test accuracy', direction: 'higher' },
  tuning: { pass: 'training', seeds: [1000, 1001] },
  isolation: 'worker',
  profiles: {
    quick: {
      problems: [...fixed, ...quickStart],
      methods: [
        ...namesWhere((method) => !isInCompleteAlone(method) && !isLikeFomaml(method)),
        ...controlRows.map(({ name }) => name),
      ],
      passes: ['gradient', 'memory', 'training'],
      sideBySide: ['gradient', 'memory', 'training'],
      horizons: [10],
      dimensions: [],
      overrides: [
        ...dimensionsAt(1),
        { where: { passes: ['memory'] }, seeds: [0] },
        { where: { problems: quickStart, methods: namesWhere(isNotForStarts) }, seeds: [] },
      ],
      seeds: [0, 1],
      timeoutSeconds: 60,
    },
    standard: {
      problems: [...fixed, ...standardStart, ...costs],
      horizons: [10, 50],
      dimensions: [],
      overrides: [
        ...dimensionsAt(1, 2),
        ...startDimensionsAt(1),
        { where: { problems: start }, horizons: [10] },
        { where: { problems: twentyWays }, horizons: [5, 10, 20] },
        { where: { problems: start, passes: ['time'] }, seeds: [0] },
        { where: { passes: ['memory'] }, seeds: [0] },
        ...startDimensionsAt(0).filter(({ where }) => where.problems?.every((name) => costs.includes(name))),
        { where: { problems: costs }, horizons: [1, 5, 10, 15, 20], seeds: [0] },
        { where: { problems: costs, passes: ['gradient', 'training'] }, seeds: [] },
      ],
      seeds: [0, 1, 2],
      timeoutSeconds: 300,
    },
    full: {
      horizons: [10, 50, 200],
      dimensions: [],
      overrides: [
        ...dimensionsAt(0, 1, 2),
        { where: { problems: [...start, ...convolutional] }, horizons: [1, 5, 10, 20, 50] },
        { where: { passes: ['memory'] }, seeds: [0] },
      ],
      seeds: [0, 1, 2, 3, 4],
      timeoutSeconds: 3600,
    },
  },
});
