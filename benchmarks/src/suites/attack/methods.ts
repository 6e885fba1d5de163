/**
 * @file The methods of the suite `attack`: two attackers that nobody trains, and one for each method of the registry that learns a start and that a
 * comparison of families shows. How an attacker is trained follows from the family of its method.
 */
import type { Method } from '@longhorizon/bilevel';
import type { MetaOptions } from '@longhorizon/bilevel/authoring';
import type { CellConfig, MethodSpec } from '@longhorizon/harness';
import { adam, type Optimiser, sgd } from '@longhorizon/nn';
import type { Seeds } from '../../measurements/rows.ts';
import { type HyperMethod, isInCompleteAlone } from '../../methods/hyper-method.ts';
import { hyperMethods } from '../../methods/registry.ts';
import { type AttackCard, cards, trainedCard } from './cards.ts';

/** How an attacker is meta-trained. */
export interface MetaTraining {
  readonly family: HyperMethod['family'];
  readonly method: (config: CellConfig, seeds: Seeds) => Method;
  readonly inner: Optimiser;
  readonly outer: Pick<MetaOptions, 'optimiser' | 'rate'>;
}

export interface AttackMethodRow extends MethodSpec {
  readonly title: string;
  /** `none`: finite differences alone; `random`: a network that was never trained; else how it was. */
  readonly attacker: 'none' | 'random' | MetaTraining;
  /** Whether short profiles show it: they show what trains nobody, what was released, and the methods that this is about. */
  readonly quick: boolean;
  readonly card: AttackCard;
}

/** Chosen on a seed of their own with few tries, the same for all that descend: see the cards. */
const innerRate = 0.05;
const outerRate = 0.003;

const descent: Pick<MetaTraining, 'inner' | 'outer'> = {
  inner: sgd({ rate: innerRate }),
  outer: { optimiser: (rate) => adam({ rate }), rate: outerRate },
};
/** As in the released code: the start goes all the way by the mean difference. */
const released: typeof descent = {
  inner: adam({ rate: 0.01 }),
  outer: { optimiser: (rate) => sgd({ rate }), rate: 1 },
};

/**
 * Methods made for a learned start, and the reference that they approximate. An implicit one would have to pull inner steps back to where they
 * began, which nothing here does.
 */
const isForAttackers = (method: HyperMethod): boolean =>
  !isInCompleteAlone(method) &&
  method.family !== 'implicit' &&
  (method.role === 'reference' || method.starts === 'learned' || method.starts === 'learned alone');

const oneStep = { horizon: { minimum: 1, maximum: 1, because: 'it takes one inner step' } };

function trained(method: HyperMethod): AttackMethodRow {
  const { nameForStarts, title, role, family, measureVersion, inSuites } = method;
  const isReleased = family === 'displacement';
  return {
    name: `${nameForStarts}-attacker`,
    title: `Attacker by ${title}`,
    role,
    measureVersion,
    ...(family === 'one-step' ? oneStep : {}),
    attacker: {
      family,
      method: ({ horizon, dimension }, { noise = 0 }) =>
        inSuites({ horizon, dimension, seed: noise, rate: innerRate }),
      ...(isReleased ? released : descent),
    },
    quick: isReleased || role === 'method',
    card: trainedCard(method, isReleased),
  };
}

export const methods: readonly AttackMethodRow[] = [
  {
    name: 'zeroth-order',
    title: 'Finite differences alone',
    role: 'baseline',
    attacker: 'none',
    quick: true,
    card: cards.zerothOrder,
  },
  {
    name: 'random-attacker',
    title: 'Attacker from a random start',
    role: 'baseline',
    attacker: 'random',
    quick: true,
    card: cards.random,
  },
  ...hyperMethods.filter(isForAttackers).map(trained),
];

const familyOf = ({ attacker }: AttackMethodRow) =>
  typeof attacker === 'string' ? undefined : attacker.family;
export const namesWhere = (rule: (row: AttackMethodRow) => boolean): readonly string[] =>
  methods.filter(rule).map(({ name }) => name);

/** Those without a hypergradient, and so without bytes and seconds of one. */
export const notTrained = namesWhere((row) => familyOf(row) === undefined);
/** Those that take one inner step whatever k is. */
export const greedy = namesWhere((row) => familyOf(row) === 'one-step');
/** Those that take k inner steps. */
export const long = namesWhere((row) => ![undefined, 'one-step'].includes(familyOf(row)));
/** Those whose inner steps are a student's, which has to go far for its teacher to be one. */
export const students = namesWhere((row) => familyOf(row) === 'teacher');
export const quickMethods = namesWhere(({ quick }) => quick);
/** Those trained as in the released code. */
export const asReleased = namesWhere((row) => familyOf(row) === 'displacement');
