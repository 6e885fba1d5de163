/**
 * @file Rows that stand in every table of something learned: no meta-learning, which says where λ begins, and random search, which says what as many
 * inner optimisations find without any derivative.
 */
import { type Key, keyAt, uniformAt } from '@longhorizon/datasets';
import type { MethodDescription } from '@longhorizon/harness';
import { adapt } from './adapt.ts';
import type { MethodRow } from './rows.ts';

const noCost = { memory: { horizon: 0, dimension: 0 }, time: { horizon: 1, dimension: 0 } } as const;

const noMetaLearning = {
  id: 'control/no-meta-learning',
  name: 'no-meta-learning',
  title: 'No meta-learning',
  idea: 'λ, and a start that would move beside it, stay as they are: what inner optimisations come to without any meta-learning.',
  equation: { text: 'λ = λ_0', place: 'by definition' },
  source: { citation: 'none: a control' },
  theory: noCost,
  code: 'benchmarks/src/measurements/training.ts',
};

const randomSearch = {
  id: 'control/random-search',
  name: 'random-search',
  title: 'Random search',
  idea: 'λ is moved by normal noise, and the move is kept where the outer loss of the training data is lower after it. No derivatives; a start that would move beside λ stays.',
  equation: {
    text: 'λ ← λ + σz where L^val(w_T(λ + σz)) < L^val(w_T(λ)), z ~ N(0, I)',
    place: 'the (1 + 1) evolution strategy',
  },
  source: { citation: 'Matyas, "Random optimization", Automation and Remote Control 26, 1965' },
  theory: noCost,
  code: 'benchmarks/src/measurements/training.ts',
};

/** For suites that learn λ. They have no hypergradient, so they are in the pass `training` alone. */
export const controlRows: readonly MethodRow[] = [
  { ...rowOf(noMetaLearning), learns: false, control: 'none' },
  { ...rowOf(randomSearch), control: 'random' },
];

/** Their cards, for the suites that have them. */
export const controlCards = (suites: readonly string[]): readonly MethodDescription[] =>
  [noMetaLearning, randomSearch].map((card) => ({ ...card, suites }));

function rowOf({ id, name, title }: typeof noMetaLearning) {
  return { id, name, title, role: 'baseline', passes: ['training'], make: () => adapt } as const;
}

/** λ + σz for the proposal of a number: z is normal, a function of the seed, the number and the place. */
export function proposal(
  lambda: Float64Array,
  { seed, number, deviation }: { readonly seed: number; readonly number: number; readonly deviation: number },
): Float64Array {
  const key: Key = keyAt(seed, { of: 'random search', number });
  return lambda.map((value, k) => value + deviation * normalAt(key, k));
}

/** Box and Muller. */
function normalAt(key: Key, index: number): number {
  const [radius, angle] = [1 - uniformAt(key, 0, index), uniformAt(key, 1, index)];
  return Math.sqrt(-2 * Math.log(radius)) * Math.cos(2 * Math.PI * angle);
}
