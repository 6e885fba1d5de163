/** @file How near a measured kernel comes to what its adapter could attain. */
import type { TableOwner } from '../../../measurements/kernel-tables/places.ts';
import { type Amounts, attainable, floorFault } from '../../../measurements/roof/roof.ts';
import { readRoof } from '../../../measurements/roof/store.ts';

/** The share of the attainable, or why the time is none. */
export interface RoofShare {
  readonly share?: number;
  readonly fault?: string;
}

/** Empty where no roof of the adapter under its driver is known. */
export function shareOfRoof(owner: TableOwner, work: Amounts & { readonly ms: number }): RoofShare {
  const { roof } = readRoof(owner);
  if (roof === undefined) return {};
  const fault = floorFault(roof, work, work.ms);
  return fault === undefined ? { share: attainable(roof, work).ms / work.ms } : { fault };
}
