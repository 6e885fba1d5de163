/** @file `longhorizon initialisation` with every method of the registry and every kind of file. */
import { initMethods } from '@longhorizon/benchmarks/methods';
import { continualTrajectoryShifting, exactShift } from '@longhorizon/trajectory-shifting';
import { exampleWeightsKind } from './example-weights.ts';
import { initialisationCommand } from './file-kinds.ts';
import { quadraticsKind } from './quadratics.ts';

const followed = initMethods.filter(({ only }) => only !== 'suites');
const entries = followed.map(({ id, name, fromFile }) => ({
  id,
  name,
  make: (options: unknown, context: { readonly beta: number; readonly horizon: number }) =>
    fromFile(options, context),
}));

export const command = initialisationCommand([
  quadraticsKind(entries, {
    make: ({ beta }) => exactShift({ rate: beta }),
    approximatedBy: continualTrajectoryShifting({ rate: 1 }).name,
  }),
  exampleWeightsKind,
]);
