/** @file Times that cannot be, wherever the harness takes one: below half of what the adapter's measured roof allows for the work. */
import type { Run } from '@longhorizon/bilevel';
import type { TableOwner } from '../kernel-tables/places.ts';
import { type Amounts, floorFault } from './roof.ts';
import { readRoof } from './store.ts';

/** Says why milliseconds are no time of some work; undefined where they are. */
export type Floor = (ms: number) => string | undefined;

/** The floor of some work; it refuses nothing where no roof of the adapter under its driver is known. */
export function floorOf(owner: TableOwner, work: Amounts): Floor {
  const { roof } = readRoof(owner);
  return roof === undefined ? () => undefined : (ms) => floorFault(roof, work, ms);
}

/**
 * Multiplications, additions and other operations of everything that a run had a device do so far. Bytes are not counted: which of them stay in registers
 * or a cache over many dispatches cannot be known.
 */
export function operationsSoFar(run: Pick<Run, 'performed'>): number {
  return run
    .performed()
    .reduce(
      (sum, { plan, runs }) =>
        sum + runs * plan.program.kernels.reduce((own, { operations }) => own + operations, 0),
      0,
    );
}
