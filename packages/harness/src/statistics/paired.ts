import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { Interval } from './describe.ts';
import { studentProbability, studentQuantile } from './distributions.ts';

/** What two numbers of one unit are held against each other by. */
export type Scale = 'difference' | 'log-ratio';

/** A mean over units, Student's interval of it, and the chance of one so far from zero where the true one is zero. */
export interface Estimate extends Interval {
  readonly estimate: number;
  /** Units: seeds, or cells. */
  readonly count: number;
  /** Two-sided. */
  readonly pValue: number;
}

/**
 * Mean over independent units with Student's interval (Gosset 1908): exact where the numbers are normal; for heavier tails it is wider than it
 * need be, for skewed ones take logarithms first.
 *
 * @returns undefined with fewer than two units, which have no spread
 */
export function studentEstimate(values: readonly number[], level = 0.95): Estimate | undefined {
  const count = values.length;
  if (count < 2 || !values.every(Number.isFinite)) return undefined;
  const estimate = mean([...values]);
  const error = sampleStandardDeviation([...values]) / Math.sqrt(count);
  const half = studentQuantile((1 + level) / 2, count - 1) * error;
  const pValue =
    error > 0
      ? 2 * studentProbability(-Math.abs(estimate) / error, count - 1)
      : estimate === 0
        ? 1
        : 2 * 0.5 ** count;
  return { estimate, low: estimate - half, high: estimate + half, level, count, pValue };
}

/**
 * Mean difference a − b, or mean of ln(a / b), between two methods over the units that both have, with Student's interval.
 *
 * @param a one number a unit, undefined or infinite where there is none; units in the same order as in `b`
 */
export function pairedDifference(
  a: readonly (number | undefined)[],
  b: readonly (number | undefined)[],
  scale: Scale,
  level = 0.95,
): Estimate | undefined {
  const gaps = a.flatMap((value, unit) => {
    const other = b[unit];
    if (value === undefined || other === undefined || !Number.isFinite(value) || !Number.isFinite(other))
      return [];
    return [scale === 'log-ratio' ? Math.log(value / other) : value - other];
  });
  return studentEstimate(gaps, level);
}
