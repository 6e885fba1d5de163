/** @file The methods of the suite `few-shot`: those of every suite, and those that learn where the weights begin. A method is one row. */
import {
  fomamlGradient,
  greedyMaml,
  imamlGradient,
  leapGradient,
  multiStepFomamlGradient,
  reptileGradient,
  truncatedReverse,
} from '@longhorizon/bilevel';
import { lazy, lookahead } from '@longhorizon/lazy';
import type { MethodRow } from '../../measurements/rows.ts';
import { methods as general, row } from '../methods.ts';
import { cards } from './cards.ts';
import { fixedStartProblems } from './problems.ts';
import { innerRateOf, mamlProblems, startProblems } from './start-problems.ts';

/** Methods of every suite that follow the weights back to a learned start; forward mode would take a tangent for each weight. */
const followStart: ReadonlySet<string> = new Set(['exact-reverse', 'drmad']);

const learned = { problems: startProblems.map(({ name }) => name) };
/** Methods that know of a start and nothing else. */
const startAlone = { problems: mamlProblems.map(({ name }) => name) };
const window = 2;

export const methods: readonly MethodRow[] = [
  ...general.map((one) =>
    followStart.has(one.name) ? one : { ...one, problems: fixedStartProblems.map(({ name }) => name) },
  ),
  row('truncated-maml', () => truncatedReverse({ window }), cards.truncatedMaml, {
    ...learned,
    horizon: { minimum: window, maximum: 1e9, because: `it looks back on ${window} steps` },
  }),
  row('greedy-maml', () => greedyMaml, cards.greedyMaml, learned),
  row('fomaml', () => fomamlGradient, cards.fomaml, learned),
  row('multi-step-fomaml', () => multiStepFomamlGradient, cards.multiStepFomaml, learned),
  row('reptile', () => reptileGradient, cards.reptile, startAlone),
  row('leap', () => leapGradient, cards.leap, startAlone),
  row('imaml', ({ problem }) => imamlGradient({ rate: innerRateOf(problem) }), cards.imaml, startAlone),
  row('lazy', () => lazy(), cards.lazy, { ...learned, role: 'method' }),
  row('lazy-half', () => lazy({ beta: 0.5 }), cards.lazy, { ...learned, role: 'method' }),
  row('lookahead', () => lookahead({ beta: 0.5 }), cards.lookahead, learned),
];
