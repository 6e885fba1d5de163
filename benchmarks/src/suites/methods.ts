/** @file The methods that every suite of bilevel problems compares. A method is one row. */
import {
  conjugateGradientIft,
  drmad,
  evoGrad,
  exactReverse,
  firstOrder,
  forwardMode,
  generalisedGreedy,
  type Method,
  neumannIft,
  oneStep,
  sharedForward,
  truncatedReverse,
} from '@longhorizon/bilevel';
import type { CellConfig, MethodSpec } from '@longhorizon/harness';
import { hyperdistill } from '@longhorizon/hyperdistill';
import type { MethodRow, Seeds } from '../measurements/rows.ts';
import { type Card, cards } from './cards.ts';

type Make = (config: CellConfig, seeds: Seeds) => Method;

/** A method at a size where it has all its options; its title and source go on the page. */
const sample: CellConfig = {
  suite: '',
  problem: '',
  method: '',
  horizon: 100,
  dimension: 100,
  seed: 0,
  profile: '',
  pass: '',
  parameters: {},
};

/** A row; title and source are those that the method itself names. */
export function row(name: string, make: Make, card: Card, spec: Partial<MethodSpec> = {}): MethodRow {
  const { title, source } = make(sample, {});
  return { name, title, role: 'baseline', ...spec, make, card: { ...card, source: { citation: source } } };
}

const window = 10;
const distilled = (seeds: Seeds): Method => hyperdistill({ gamma: 0.99, seed: seeds.noise ?? 0 });

export const methods: readonly MethodRow[] = [
  row('exact-reverse', () => exactReverse(), cards.exactReverse, { role: 'reference' }),
  row('forward', () => forwardMode(), cards.forward),
  row(
    'forward-shared',
    ({ dimension }) => sharedForward({ groups: Math.min(10, dimension) }),
    cards.sharedForward,
  ),
  row('truncated-reverse', () => truncatedReverse({ window }), cards.truncated, {
    horizon: { minimum: window, maximum: 1e9, because: `it looks back on ${window} steps` },
  }),
  row('one-step', () => oneStep, cards.oneStep),
  row('first-order', () => firstOrder, cards.firstOrder),
  row('drmad', () => drmad, cards.drmad),
  row('generalised-greedy', () => generalisedGreedy(), cards.generalisedGreedy),
  row('neumann', () => neumannIft({ terms: 10 }), cards.neumann),
  row('conjugate-gradient', () => conjugateGradientIft({ steps: 10 }), cards.conjugateGradient),
  row('evograd', (_, seeds) => evoGrad({ seed: seeds.noise ?? 0 }), cards.evoGrad),
  row('hyperdistill', (_, seeds) => distilled(seeds), cards.hyperdistill, { role: 'method' }),
];
