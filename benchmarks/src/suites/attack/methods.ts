/** @file The methods of the suite `attack`. A method is one row: how the attacker's start is learned, or that it is not. */
import {
  exactReverse,
  fomamlGradient,
  greedyMaml,
  type MetaOptions,
  type Method,
  reptileGradient,
} from '@longhorizon/bilevel';
import type { MethodSpec } from '@longhorizon/harness';
import { lazy } from '@longhorizon/lazy';
import { adam, type Optimiser, sgd } from '@longhorizon/nn';
import { type AttackCard, cards } from './cards.ts';

/** How an attacker is meta-trained. */
export interface MetaTraining {
  readonly method: Method;
  readonly inner: Optimiser;
  readonly outer: Pick<MetaOptions, 'optimiser' | 'rate'>;
}

export interface AttackMethodRow extends MethodSpec {
  readonly title: string;
  /** `none`: finite differences alone; `random`: a network that was never trained; else how it was. */
  readonly attacker: 'none' | 'random' | MetaTraining;
  readonly card: AttackCard;
}

/** Chosen on a seed of their own with few tries, the same for all that descend: see the cards. */
const innerRate = 0.05;
const outerRate = 0.003;

const descent = (method: Method): MetaTraining => ({
  method,
  inner: sgd({ rate: innerRate }),
  outer: { optimiser: (rate) => adam({ rate }), rate: outerRate },
});

const only = (k: number, because: string) => ({ horizon: { minimum: k, maximum: k, because } });

export const methods: readonly AttackMethodRow[] = [
  {
    name: 'zeroth-order',
    title: 'Finite differences alone',
    role: 'baseline',
    attacker: 'none',
    card: cards.zerothOrder,
  },
  {
    name: 'random-attacker',
    title: 'Attacker from a random start',
    role: 'baseline',
    attacker: 'random',
    card: cards.random,
  },
  {
    name: 'reptile-attacker',
    title: 'Attacker by Reptile',
    role: 'baseline',
    attacker: {
      method: reptileGradient,
      inner: adam({ rate: 0.01 }),
      // All the way by the mean difference.
      outer: { optimiser: (rate) => sgd({ rate }), rate: 1 },
    },
    card: cards.reptile,
  },
  {
    name: 'fomaml-attacker',
    title: 'Attacker by FOMAML',
    role: 'baseline',
    attacker: descent(fomamlGradient),
    card: cards.fomaml,
  },
  {
    name: 'greedy-attacker',
    title: 'Attacker by greedy MAML (one inner step)',
    role: 'baseline',
    ...only(1, 'it takes one inner step'),
    attacker: descent(greedyMaml),
    card: cards.greedy,
  },
  {
    name: 'maml-attacker',
    title: 'Attacker by MAML through all steps',
    role: 'reference',
    attacker: descent(exactReverse()),
    card: cards.exact,
  },
  {
    name: 'lazy-attacker',
    title: 'Attacker by Lazy (reconstructed)',
    role: 'method',
    attacker: descent(lazy()),
    card: cards.lazy,
  },
];

/** Those that have a hypergradient, and so bytes and seconds of one. */
export const metaTrained: readonly string[] = methods
  .filter(({ attacker }) => typeof attacker !== 'string')
  .map(({ name }) => name);
