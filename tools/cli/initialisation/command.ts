/** @file `longhorizon initialisation` with every method and every kind of file. */

import { continualTrajectoryShifting, exactShift, fomamlShifting } from '@longhorizon/trajectory-shifting';
import { exampleWeightsKind } from './example-weights.ts';
import { initialisationCommand } from './file-kinds.ts';
import { baselineInitialisations, initialisationEntry } from './methods.ts';
import { quadraticsKind } from './quadratics.ts';

const entries = [
  initialisationEntry('trajectory-shifting', {}, continualTrajectoryShifting),
  initialisationEntry('fomaml-shifting', {}, fomamlShifting),
  ...baselineInitialisations,
];

export const command = initialisationCommand([
  quadraticsKind(entries, ({ beta }) => exactShift({ rate: beta })),
  exampleWeightsKind,
]);
