/** @file Times that cannot be, wherever the harness takes one: below half of what the adapter's measured roof allows for the work. */
import type { Run } from '@longhorizon/bilevel';
import type { TableOwner } from '../kernel-tables/places.ts';
import { type Amounts, floorFault, type Roof } from './roof.ts';

/** Says why milliseconds are no time of some work; undefined where they are. */
export type Floor = (ms: number) => string | undefined;

/** The roof of an adapter under its driver, where one is known. */
export type RoofOf = (owner: TableOwner) => Roof | undefined;

let known: RoofOf = () => undefined;

/** Tells where floors look for roofs from now on. Until then none is known, nor ever in a browser, which reads no files. */
export function useRoofs(roofOf: RoofOf): void {
  known = roofOf;
}

/** The floor of some work; it refuses nothing where no roof is known. */
export function floorOf(owner: TableOwner, work: Amounts, roofOf: RoofOf = known): Floor {
  const roof = roofOf(owner);
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
