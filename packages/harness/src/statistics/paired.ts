import { mean } from 'simple-statistics';
import type { BootstrapOptions, Estimate } from './bootstrap.ts';
import { median, quantile } from './describe.ts';
import { type Random, randomFrom } from './random.ts';

/**
 * What one method measured at one point of the benchmark: for every seed, in the same order for all methods,
 * one number or several (time samples, scores of tasks). A miss (out of memory, unsupported) is infinite.
 */
export type Replicates = readonly (readonly number[])[];

/** How two methods are held against each other. */
export interface PairingOptions extends BootstrapOptions {
  /** Whether equal positions inside a seed are the same task for both: then tasks are paired as well. */
  readonly pairedInside?: boolean;
  /** `difference`: a − b. `log-ratio`: ln(a / b), for times and bytes. */
  readonly scale?: 'difference' | 'log-ratio';
  /** How the numbers of one seed become one. */
  readonly inside?: 'median' | 'mean';
}

/** The centre of a method's replicates: the median over seeds of each seed's own centre. */
export function centreOf(replicates: Replicates, inside: 'median' | 'mean' = 'median'): number {
  return median(replicates.filter((seed) => seed.length > 0).map(inside === 'mean' ? meanOf : median));
}

/**
 * The centre of a method's replicates with a two-stage bootstrap interval: seeds are resampled, then the
 * numbers inside each drawn seed. One single number has no interval: its level is 0.
 */
export function centreEstimate(replicates: Replicates, options: PairingOptions = {}): Estimate {
  const { level = 0.95, resamples = 400, seed = 1, inside = 'median' } = options;
  const centre = inside === 'mean' ? meanOf : median;
  const seeds = replicates.filter((values) => values.length > 0);
  const estimate = median(seeds.map(centre));
  const count = seeds.length;
  if (count === 0 || (count === 1 && seeds[0]?.length === 1) || !Number.isFinite(estimate)) {
    return { estimate, low: estimate, high: estimate, level: 0, count };
  }
  const random = randomFrom(seed);
  const draws = Array.from({ length: resamples }, () =>
    median(seeds.map(() => centre(resampled(seeds[random.below(count)] as readonly number[], random)))),
  );
  const [lower, upper] = [(1 - level) / 2, (1 + level) / 2];
  return { estimate, low: quantile(draws, lower), high: quantile(draws, upper), level, count };
}

/**
 * Difference between two methods on the same seeds, with a two-stage bootstrap interval: seeds are resampled,
 * then the numbers inside each drawn seed (jointly where they are paired). Two methods that are equal number
 * by number, two misses included, differ by exactly 0.
 */
export function pairedDifference(a: Replicates, b: Replicates, options: PairingOptions = {}): Estimate {
  const { level = 0.95, resamples = 1000, seed = 1, pairedInside = false, inside = 'median' } = options;
  const centre = inside === 'mean' ? meanOf : median;
  const pairs = pairsOf(a, b);
  const gap = (x: readonly number[], y: readonly number[]): number =>
    gapOf(centre(x), centre(y), options.scale);
  const estimate = median(pairs.map((pair) => gap(pair.a, pair.b)));
  const count = pairs.length;
  const bounds = separateRanges(pairs, options.scale);
  if (bounds !== undefined) return { estimate, ...bounds, level: 1, count };
  const single = pairs.every((pair) => pair.a.length === 1 && pair.b.length === 1);
  if (count === 0 || (count === 1 && single))
    return { estimate, low: estimate, high: estimate, level: 0, count };

  const random = randomFrom(seed);
  const replicates = Array.from({ length: resamples }, () =>
    median(
      pairs.map(() => {
        const pair = pairs[random.below(count)] as (typeof pairs)[number];
        if (pairedInside && pair.a.length === pair.b.length) {
          const drawn = pair.a.map(() => random.below(pair.a.length));
          return gap(
            drawn.map((index) => pair.a[index] as number),
            drawn.map((index) => pair.b[index] as number),
          );
        }
        return gap(resampled(pair.a, random), resampled(pair.b, random));
      }),
    ),
  );
  const [lower, upper] = [(1 - level) / 2, (1 + level) / 2];
  return { estimate, low: quantile(replicates, lower), high: quantile(replicates, upper), level, count };
}

interface Pair {
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** The seeds that both have. */
function pairsOf(a: Replicates, b: Replicates): readonly Pair[] {
  return a
    .map((values, index) => ({ a: values, b: b[index] ?? [] }))
    .filter((pair) => pair.a.length > 0 && pair.b.length > 0);
}

/**
 * Where every number of one method lies beyond every number of the other there is nothing to resample: no
 * resample could turn the difference round, and the extremes bound it. Most pairs on a leaderboard are like that.
 */
function separateRanges(
  pairs: readonly Pair[],
  scale: PairingOptions['scale'],
): { readonly low: number; readonly high: number } | undefined {
  const [a, b] = [pairs.flatMap((pair) => pair.a), pairs.flatMap((pair) => pair.b)];
  if (pairs.length === 0 || a.length + b.length === 2 * pairs.length) return undefined;
  const [least, most] = [Math.min(...a), Math.max(...a)];
  const [otherLeast, otherMost] = [Math.min(...b), Math.max(...b)];
  if (most >= otherLeast && otherMost >= least) return undefined;
  return { low: gapOf(least, otherMost, scale), high: gapOf(most, otherLeast, scale) };
}

function gapOf(a: number, b: number, scale: PairingOptions['scale']): number {
  if (a === b) return 0;
  return scale === 'log-ratio' ? Math.log(a / b) : a - b;
}

function resampled(values: readonly number[], random: Random): readonly number[] {
  if (values.length === 1) return values;
  return values.map(() => values[random.below(values.length)] as number);
}

function meanOf(values: readonly number[]): number {
  return mean([...values]);
}
