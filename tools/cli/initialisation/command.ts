/** @file `longhorizon initialisation` with every method of the registry and every kind of file. */
import { initMethods } from '@longhorizon/benchmarks/methods';
import { exactShift } from '@longhorizon/trajectory-shifting';
import { exampleWeightsKind } from './example-weights.ts';
import { initialisationCommand } from './file-kinds.ts';
import { quadraticsKind } from './quadratics.ts';

/** From scratch there is nothing to follow: φ stays and tasks are not trained. */
const followed = initMethods.filter(({ name }) => name !== 'scratch');
const entries = followed.map(({ id, name, fromFile }) => ({
  id,
  name,
  make: (options: unknown, context: { readonly beta: number; readonly horizon: number }) =>
    fromFile(options, context),
}));

export const command = initialisationCommand([
  quadraticsKind(entries, ({ beta }) => exactShift({ rate: beta })),
  exampleWeightsKind,
]);
