/** @file `longhorizon initialisation` with every method and every kind of file. */
import {
  baselineInitialisations,
  initialisationCommand,
  initialisationEntry,
  quadraticsKind,
} from '@longhorizon/bilevel/initialisation';
import { continualTrajectoryShifting, exactShift, fomamlShifting } from '@longhorizon/trajectory-shifting';
import { exampleWeightsKind } from './example-weights.ts';

const entries = [
  initialisationEntry('trajectory-shifting', {}, continualTrajectoryShifting),
  initialisationEntry('fomaml-shifting', {}, fomamlShifting),
  ...baselineInitialisations,
];

export const command = initialisationCommand([
  quadraticsKind(entries, ({ beta }) => exactShift({ rate: beta })),
  exampleWeightsKind,
]);
