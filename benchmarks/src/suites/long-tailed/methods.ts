/**
 * @file The methods of the suite `long-tailed`: weights that are fixed, and every rule with every method of the registry that differentiates one
 * virtual step, or the leap of a teacher over k of them.
 */
import type { MethodSpec } from '@longhorizon/harness';
import type { Seeds } from '../../measurements/rows.ts';
import { method as published } from '../../methods/hyper/one-step.ts';
import { type HyperMethod, isInCompleteAlone } from '../../methods/hyper-method.ts';
import { hyperMethods } from '../../methods/registry.ts';
import { aheadCard, cards, type TailCard } from './cards.ts';
import type { LearnedWeights } from './model/online-training.ts';
import {
  type FixedWeights,
  learningToReweight,
  type Reweighting,
  twoComponent,
  weightNet,
} from './model/reweighting.ts';

export interface TailMethodRow extends MethodSpec {
  readonly title: string;
  /** Weights of the first stage. */
  readonly first: FixedWeights;
  /** Weights of the second stage: fixed, or a rule with the method that differentiates it. */
  readonly second: FixedWeights | ((seeds: Seeds) => Pick<LearnedWeights, 'rule' | 'method'>);
  /** The row of the same rule with the method that it is published with; absent where weights are fixed. */
  readonly rule?: string;
  /** In which comparisons it is shown, as for methods of the registry. */
  readonly compared: 'always' | 'families';
  /** Whether it looks k steps ahead instead of one. */
  readonly ahead: boolean;
  readonly card: TailCard;
}

const greedy = { horizon: { minimum: 1, maximum: 1, because: 'it looks one step ahead, or not at all' } };
const long = { horizon: { minimum: 2, maximum: 1000, because: 'with one step it is the one-step method' } };

interface Rule {
  readonly name: string;
  readonly title: string;
  readonly compared: TailMethodRow['compared'];
  readonly rule: (seeds: Seeds) => Reweighting;
  readonly card: TailCard;
}

const rules: readonly Rule[] = [
  { name: 'l2rw', title: 'L2RW', compared: 'always', rule: () => learningToReweight(), card: cards.l2rw },
  {
    name: 'weight-net',
    title: 'Meta-Weight-Net',
    compared: 'families',
    rule: ({ initialisation = 0 }) => weightNet({ rate: 0.01, seed: initialisation }),
    card: cards.weightNet,
  },
  {
    name: 'two-component',
    title: 'Two-component weighting',
    compared: 'families',
    rule: () => twoComponent(),
    card: cards.twoComponent,
  },
];

/** Of a batch's weights the derivative is taken in the middle of a run, where the model is: no start is learned, and nothing behind is looked at. */
const looksAhead = (method: HyperMethod): boolean =>
  !isInCompleteAlone(method) &&
  ((method.family === 'one-step' && method.starts === 'fixed') || method.family === 'teacher');

function ruleBy(method: HyperMethod, { name, title, compared, rule, card }: Rule): TailMethodRow {
  const { id, role, family, measureVersion, inSuites } = method;
  const ahead = family === 'teacher';
  /** Its method has no name of its own in that of a rule. */
  const isPublished = id === published.id;
  return {
    name: isPublished ? name : `${method.name}-${name}`,
    title: `${title}, ${method.title}`,
    role,
    measureVersion,
    ...(ahead ? long : greedy),
    first: 'uniform',
    second: (seeds) => ({
      rule: rule(seeds),
      method: inSuites({ horizon: 1, dimension: 1, seed: seeds.noise ?? 0, rate: 1 }),
    }),
    compared,
    ahead,
    rule: name,
    card: isPublished ? card : aheadCard(title, card, method),
  };
}

const fixed = (
  name: string,
  title: string,
  [first, second]: readonly [FixedWeights, FixedWeights],
  compared: TailMethodRow['compared'],
  card: TailCard,
): TailMethodRow => ({
  name,
  title,
  role: 'baseline',
  ...greedy,
  first,
  second,
  compared,
  ahead: false,
  card,
});

export const methods: readonly TailMethodRow[] = [
  fixed('cross-entropy', 'Plain cross-entropy', ['uniform', 'uniform'], 'always', cards.crossEntropy),
  fixed(
    'class-balanced',
    'Class-balanced loss',
    ['classBalanced', 'classBalanced'],
    'always',
    cards.classBalanced,
  ),
  fixed(
    'class-balanced-deferred',
    'Class-balanced loss in the second stage',
    ['uniform', 'classBalanced'],
    'families',
    cards.deferred,
  ),
  ...rules.flatMap((rule) => hyperMethods.filter(looksAhead).map((method) => ruleBy(method, rule))),
];
