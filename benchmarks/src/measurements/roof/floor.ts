/** @file Times that cannot be, wherever the harness takes one: below half of what the adapter's measured roof allows for the work. */
import { CellFailure } from '@longhorizon/harness';
import type { Device } from '@longhorizon/tensor';
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
export function floorOf(owner: TableOwner, work: Amounts, roofOf: RoofOf): Floor {
  const roof = roofOf(owner);
  return roof === undefined ? () => undefined : (ms) => floorFault(roof, work, ms);
}

/**
 * Holds work to the roof of a device: what it computes meanwhile has to take the time that it needs. Bytes are not counted: which of them stay in
 * registers or a cache over many dispatches cannot be known.
 *
 * @returns runs work to its end, the queue's included
 * @throws CellFailure where the work took less time than it can have
 */
export function underRoof(device: Device): <Value>(work: () => Promise<Value>) => Promise<Value> {
  const roof = known(device.adapter);
  if (roof === undefined) return (work) => work();
  return async (work) => {
    const [before, started] = [device.operations, performance.now()];
    const value = await work();
    const fault = floorFault(
      roof,
      { operations: device.operations - before, bytes: 0 },
      performance.now() - started,
    );
    if (fault !== undefined) throw new CellFailure('error', fault);
    return value;
  };
}
