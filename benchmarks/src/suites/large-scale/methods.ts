/** @file The methods that learn an initialisation, one row each; the suite and the experiment compare the same ones. */
import {
  fineTuning,
  fomaml,
  type InitialisationMethod,
  imaml,
  leap,
  multiStepFomaml,
  multiTask,
  reptile,
  scratch,
} from '@longhorizon/bilevel';
import type { CellConfig, MethodSpec } from '@longhorizon/harness';
import { continualTrajectoryShifting } from '@longhorizon/trajectory-shifting';
import type { InitialisationMethodRow } from '../../measurements/initialisation/rows.ts';
import { initialisationCards as cards, type InitialisationCard } from './cards.ts';

/** Four values for each method. From a step lower both were best at their largest on pictures, and most are still; see `tuned.json`. */
const shiftingRates = [0.01, 0.03, 0.1, 0.3];
const reptileRates = [0.1, 0.3, 1, 3];
/** For methods that follow gradients: those of a trajectory's end are small, and sums over it are not. */
const gradientRates = [0.003, 0.03, 0.3, 3];
const pathRates = [0.003, 0.01, 0.03, 0.1];

/** Validation gradients along a trajectory, ten at most. */
const lossPeriod = ({ horizon }: CellConfig): number => (horizon % 10 === 0 ? horizon / 10 : 1);

export const noCell: CellConfig = {
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

function row(
  make: (beta: number, config: CellConfig) => InitialisationMethod,
  card: InitialisationCard,
  spec: Partial<MethodSpec> & Pick<InitialisationMethodRow, 'rates'> = {},
): InitialisationMethodRow {
  const { name, source } = make(1, noCell);
  const { title, ...rest } = card;
  return { name, title, role: 'baseline', ...spec, make, card: { ...rest, source: { citation: source } } };
}

export const initialisationMethods: readonly InitialisationMethodRow[] = [
  row((rate) => continualTrajectoryShifting({ rate }), cards.trajectoryShifting, {
    role: 'method',
    rates: shiftingRates,
  }),
  row((rate) => reptile({ rate }), cards.reptile, { rates: reptileRates }),
  row((rate) => leap({ rate }), cards.leap, { rates: pathRates }),
  row((rate) => fomaml({ rate }), cards.fomaml, { rates: gradientRates }),
  row((rate, config) => multiStepFomaml({ rate, every: lossPeriod(config) }), cards.multiStepFomaml, {
    rates: gradientRates,
  }),
  row((rate) => imaml({ rate, proximal: 0.5 }), cards.imaml, { rates: gradientRates }),
  row(() => multiTask, cards.multiTask),
  row(() => fineTuning(), cards.fineTuning),
  row(() => scratch, cards.scratch, { role: 'reference' }),
];

/** @throws RangeError naming those that there are */
export function initialisationMethodNamed(name: string): InitialisationMethodRow {
  const found = initialisationMethods.find((one) => one.name === name);
  if (found === undefined)
    throw new RangeError(
      `There is no method '${name}' that learns an initialisation; choose from ${initialisationMethods.map((one) => one.name).join(', ')}.`,
    );
  return found;
}
