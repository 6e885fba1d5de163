/** @file The methods of the suite `long-tailed`. A method is one row: the weights of both stages, and how the learned ones are differentiated. */
import { oneStep } from '@longhorizon/bilevel';
import type { MethodSpec } from '@longhorizon/harness';
import { lazy } from '@longhorizon/lazy';
import type { Seeds } from '../../measurements/rows.ts';
import { cards, type TailCard } from './cards.ts';
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
  readonly card: TailCard;
}

const greedy = { horizon: { minimum: 1, maximum: 1, because: 'it looks one step ahead, or not at all' } };
const long = { horizon: { minimum: 2, maximum: 1000, because: 'with one step it is the one-step method' } };

/** A rule with one step, and with the teacher of Lazy. */
function pair(
  name: string,
  title: string,
  rule: (seeds: Seeds) => Reweighting,
  card: TailCard,
): readonly TailMethodRow[] {
  return [
    {
      name,
      title: `${title}, one step`,
      role: 'baseline',
      ...greedy,
      first: 'uniform',
      second: (seeds) => ({ rule: rule(seeds), method: oneStep }),
      card,
    },
    {
      name: `lazy-${name}`,
      title: `${title}, Lazy (reconstructed)`,
      role: 'method',
      ...long,
      first: 'uniform',
      second: (seeds) => ({ rule: rule(seeds), method: lazy() }),
      card: cards.lazyOf(title, card),
    },
  ];
}

export const methods: readonly TailMethodRow[] = [
  {
    name: 'cross-entropy',
    title: 'Plain cross-entropy',
    role: 'baseline',
    ...greedy,
    first: 'uniform',
    second: 'uniform',
    card: cards.crossEntropy,
  },
  {
    name: 'class-balanced',
    title: 'Class-balanced loss',
    role: 'baseline',
    ...greedy,
    first: 'classBalanced',
    second: 'classBalanced',
    card: cards.classBalanced,
  },
  {
    name: 'class-balanced-deferred',
    title: 'Class-balanced loss in the second stage',
    role: 'baseline',
    ...greedy,
    first: 'uniform',
    second: 'classBalanced',
    card: cards.deferred,
  },
  ...pair('l2rw', 'L2RW', () => learningToReweight(), cards.l2rw),
  ...pair(
    'weight-net',
    'Meta-Weight-Net',
    (seeds) => weightNet({ rate: 0.01, seed: seeds.initialisation ?? 0 }),
    cards.weightNet,
  ),
  ...pair('two-component', 'Two-component weighting', () => twoComponent(), cards.twoComponent),
];
