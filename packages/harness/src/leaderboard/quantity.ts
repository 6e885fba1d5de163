import { median, quantile } from '../statistics/describe.ts';
import type { Found } from './found.ts';
import type { Quantity } from './row.ts';

/** A quantity from one number a seed; undefined when no seed has it and none has missed it. */
export function quantityOf(units: readonly (number | undefined)[]): Quantity | undefined {
  const values = unitValues({ units });
  if (values.length === 0) return undefined;
  return { median: median(values), q1: quantile(values, 0.25), q3: quantile(values, 0.75), units };
}

/** One number a seed from sections: undefined where there is none, `missed` where the method failed. */
export function unitsOf<Section>(
  found: readonly Found<Section>[],
  pick: (section: Section) => number | undefined,
  missed: number = Number.POSITIVE_INFINITY,
): readonly (number | undefined)[] {
  return found.map((entry) => {
    if (entry === undefined) return undefined;
    return entry === 'missed' ? missed : pick(entry as Section);
  });
}

/** The seeds of a quantity that have a number, misses included. */
export function unitValues({ units }: Pick<Quantity, 'units'>): readonly number[] {
  return units.filter((value) => value !== undefined);
}
