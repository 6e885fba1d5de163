import { quantileSorted } from 'd3-array';
import { normalQuantile } from './distributions.ts';

/** An interval and the share of cases in which such an interval holds the truth. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

/** Numbers from small to large; infinities, which stand for misses, go last. */
export function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

/**
 * The p-quantile by linear interpolation (Hyndman and Fan's type 7, the default of NumPy and R).
 * NaN for no values; infinities may be among them.
 */
export function quantile(values: readonly number[], p: number): number {
  const ordered = sorted(values);
  const at = (ordered.length - 1) * p;
  // Interpolating between a number and infinity, or between infinities, must not give NaN.
  const below = ordered[Math.floor(at)];
  if (below !== undefined && ordered[Math.ceil(at)] === below) return below;
  return quantileSorted(ordered, p) ?? Number.NaN;
}

/** The middle value; the mean of the two middle ones for an even count. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Confidence interval of the median from order statistics: exact for every continuous distribution, without
 * resampling. With few samples no interval reaches the wanted level; then it spans all samples and `level`
 * says how sure that is (for 5 samples 0.9375).
 */
export function medianInterval(values: readonly number[], wanted = 0.95): Interval {
  const ordered = sorted(values);
  const count = ordered.length;
  if (count === 0) return { low: Number.NaN, high: Number.NaN, level: 0 };
  const { rank, level } = medianRank(count, wanted);
  return { low: ordered[rank] as number, high: ordered[count - 1 - rank] as number, level };
}

/** How many samples may be cut off at each end, and the coverage that remains. */
function medianRank(count: number, wanted: number): { readonly rank: number; readonly level: number } {
  if (count > 500) {
    const half = (normalQuantile((1 + wanted) / 2) * Math.sqrt(count)) / 2;
    return { rank: Math.max(0, Math.floor(count / 2 - half)), level: wanted };
  }
  // Binomial(count, ½), summed from one end. 2^−500 is still a double.
  let probability = 0.5 ** count;
  let below = probability;
  let rank = 0;
  while (rank + 1 < count / 2) {
    const next = (probability * (count - rank)) / (rank + 1);
    if (1 - 2 * (below + next) < wanted) break;
    probability = next;
    below += next;
    rank++;
  }
  return { rank, level: 1 - 2 * below };
}

/** Fewer seeds than this are drawn as they are: an interval over five holds the median in 94 of 100 cases only if it spans all of them. */
export const minimumForInterval = 6;

/** The interval of the median over seeds, with the level that it has; undefined where the seeds themselves say as much (n ≤ 5) or a miss has no end. */
export function seedInterval(values: readonly number[]): Interval | undefined {
  if (values.length < minimumForInterval) return undefined;
  const interval = medianInterval(values);
  return Number.isFinite(interval.low) && Number.isFinite(interval.high) ? interval : undefined;
}
