import { median, sorted } from './describe.ts';
import { normalProbability } from './distributions.ts';

/** One round of an interleaved comparison: both arms, in the order in which they ran. */
export interface Round {
  readonly order: 'AB' | 'BA';
  /** Milliseconds. */
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** What can be said about arm B as compared with arm A. */
export type Comparison = 'faster' | 'slower' | 'same' | 'ambiguous' | 'unproven';

/** How to decide. */
export interface CompareOptions {
  readonly level?: number;
  /** The smallest change of interest, as a share: 0.02 is 2 %. */
  readonly minimumEffect?: number;
  /** Half the width of the interval that two equal arms gave on this machine, as a share. */
  readonly nullHalfWidth?: number;
}

/** The outcome of a comparison. */
export interface ComparisonResult {
  readonly verdict: Comparison;
  /** B / A − 1: −0.05 means that B takes 5 % less time. Hodges and Lehmann's estimate. */
  readonly change: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  /** Two-sided p-value of Wilcoxon's signed-rank test over blocks, exact to 60 blocks. */
  readonly pValue: number;
  /** Changes smaller than this count as none. */
  readonly threshold: number;
  /** Pairs of an AB and a BA round. */
  readonly blocks: number;
  /** Why nothing is proven. */
  readonly reason?: string;
}

/**
 * Compares two arms that ran in turns. The unit is a block: an AB round and a BA round together, so that what
 * comes from the order (a warm cache, a slot of the scheduler) and a steady drift cancel. Over the blocks'
 * log-ratios the signed-rank test and the interval that inverts it hold their level for every symmetric
 * noise, heavy tails included, and need no resampling.
 *
 * - `same`: the whole interval lies within the threshold;
 * - `faster`, `slower`: the interval excludes zero and the estimate exceeds the threshold;
 * - `ambiguous`: neither: more rounds would tell;
 * - `unproven`: too few rounds for this level.
 */
export function compareArms(rounds: readonly Round[], options: CompareOptions = {}): ComparisonResult {
  const { level = 0.95, minimumEffect = 0.02, nullHalfWidth = 0 } = options;
  const threshold = Math.max(minimumEffect, 2 * nullHalfWidth);
  const ratios = blockRatios(rounds);
  const interval = signedRankInterval(ratios, level);
  const numbers = {
    change: Math.expm1(interval.estimate),
    low: Math.expm1(interval.low),
    high: Math.expm1(interval.high),
    level,
    pValue: signedRankPValue(ratios),
    threshold,
    blocks: ratios.length,
  };

  if (!interval.reached) {
    const reason = `${ratios.length} blocks of rounds are too few for this level; take at least 6.`;
    return { verdict: 'unproven', ...numbers, reason };
  }
  const bound = Math.log1p(threshold);
  if (interval.low >= -bound && interval.high <= bound) return { verdict: 'same', ...numbers };
  if (interval.high < 0 && interval.estimate <= -bound) return { verdict: 'faster', ...numbers };
  if (interval.low > 0 && interval.estimate >= bound) return { verdict: 'slower', ...numbers };
  return { verdict: 'ambiguous', ...numbers };
}

/** One log-ratio B / A for every pair of an AB round and the BA round next to it. */
export function blockRatios(rounds: readonly Round[]): readonly number[] {
  const ratio = (round: Round): number => Math.log(median(round.b) / median(round.a));
  const forward = rounds.filter((round) => round.order === 'AB').map(ratio);
  const backward = rounds.filter((round) => round.order === 'BA').map(ratio);
  const count = Math.min(forward.length, backward.length);
  return Array.from(
    { length: count },
    (_, block) => ((forward[block] as number) + (backward[block] as number)) / 2,
  );
}

/** Hodges and Lehmann's estimate of the centre and the interval that inverts the signed-rank test. */
export function signedRankInterval(
  values: readonly number[],
  level: number,
): { readonly estimate: number; readonly low: number; readonly high: number; readonly reached: boolean } {
  const walsh: number[] = [];
  for (const [index, value] of values.entries()) {
    for (const other of values.slice(index)) walsh.push((value + other) / 2);
  }
  const averages = sorted(walsh);
  const cut = signedRankCut(values.length, 1 - level);
  const reached = cut !== undefined;
  const low = averages[cut ?? 0] ?? Number.NaN;
  const high = averages[averages.length - 1 - (cut ?? 0)] ?? Number.NaN;
  return { estimate: median(walsh), low, high, reached };
}

/** Two-sided p-value of the signed-rank test that the values are symmetric about zero; see {@link signedRankP}. */
export const signedRankPValue = (values: readonly number[]): number => signedRankP(values).p;

/**
 * Two-sided p-value of the signed-rank test that the values are symmetric about zero, and the next smaller one that as many values can have: 0
 * below the smallest. Equal sizes share their mid-rank, so that p does not depend on their order; a half rank is rounded towards no difference.
 */
export function signedRankP(values: readonly number[]): { readonly p: number; readonly below: number } {
  const nonzero = values.filter((value) => value !== 0);
  const sizes = sorted(nonzero.map(Math.abs));
  const midRank = (size: number): number => (sizes.indexOf(size) + sizes.lastIndexOf(size)) / 2 + 1;
  const positive = nonzero.reduce((sum, value) => (value > 0 ? sum + midRank(Math.abs(value)) : sum), 0);
  const total = (nonzero.length * (nonzero.length + 1)) / 2;
  const extreme = Math.ceil(Math.min(positive, total - positive));
  const twice = (w: number): number => Math.min(1, 2 * signedRankTail(nonzero.length, w));
  return { p: twice(extreme), below: extreme === 0 ? 0 : twice(extreme - 1) };
}

/** How many Walsh averages may be cut off at each end; undefined when the level cannot be reached. */
function signedRankCut(count: number, alpha: number): number | undefined {
  if (2 * signedRankTail(count, 0) > alpha) return undefined;
  let cut = 0;
  while (2 * signedRankTail(count, cut + 1) <= alpha) cut++;
  return cut;
}

/** P(W ≤ w) for the signed-rank statistic of `count` values: exact to 60, normal with correction beyond. */
function signedRankTail(count: number, w: number): number {
  if (count > 60) {
    const variance = (count * (count + 1) * (2 * count + 1)) / 24;
    return normalProbability((w + 0.5 - (count * (count + 1)) / 4) / Math.sqrt(variance));
  }
  return signedRankDistribution(count)
    .slice(0, w + 1)
    .reduce((sum, share) => sum + share, 0);
}

const distributions = new Map<number, readonly number[]>();

/** P(W = w) for every w: each rank is in the sum or not, with chance one half. */
function signedRankDistribution(count: number): readonly number[] {
  const known = distributions.get(count);
  if (known !== undefined) return known;
  let shares: number[] = [1];
  for (let rank = 1; rank <= count; rank++) {
    const next = new Array<number>(shares.length + rank).fill(0);
    for (const [w, share] of shares.entries()) {
      next[w] = (next[w] as number) + share / 2;
      next[w + rank] = (next[w + rank] as number) + share / 2;
    }
    shares = next;
  }
  distributions.set(count, shares);
  return shares;
}
