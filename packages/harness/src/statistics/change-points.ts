/** @file Where a noisy series changes its level: two detectors that know nothing of each other, and where they agree. */
import { mean, sampleVariance } from 'simple-statistics';
import { median } from './describe.ts';
import { studentProbability } from './distributions.ts';

/** A place where the level changes. */
export interface ChangePoint {
  /** The first value of the new level. */
  readonly index: number;
  /** New level over the old one, less 1, for series of positive numbers. */
  readonly change: number;
  /** Whether both detectors found it; otherwise it is only suspected. */
  readonly agreed: boolean;
}

/** Fewer values say nothing. */
export const fewestForChangePoints = 8;
/** Of Potts' pieces; a test of means needs a spread of its own. */
const minimumSegment = 2;
const minimumTested = 3;

/** Changes of a series: agreed where both detectors have one within one place of each other. Silent below {@link fewestForChangePoints}. */
export function changePoints(values: readonly number[], minimumChange = 0.01): readonly ChangePoint[] {
  if (values.length < fewestForChangePoints) return [];
  const [steps, splits] = [pottsSteps(values), welchSplits(values)];
  const near = (index: number, others: readonly number[]): boolean =>
    others.some((other) => Math.abs(other - index) <= 1);
  const all = [...steps, ...splits.filter((index) => !near(index, steps))].sort((a, b) => a - b);
  return all.flatMap((index, k) => {
    const before = median(values.slice(k === 0 ? 0 : all[k - 1], index));
    const after = median(values.slice(index, all[k + 1] ?? values.length));
    const change = after / before - 1;
    if (!(Math.abs(change) >= minimumChange)) return [];
    return [{ index, change, agreed: near(index, steps) && near(index, splits) }];
  });
}

/**
 * The piecewise constant fit of least absolute deviations with a penalty for each piece, by dynamic programming over all places (Friedrich, Kempe,
 * Liebscher and Winkler 2008 for the L1 Potts functional). The penalty for a piece more is 4 ln n mean absolute deviations of neighbours.
 *
 * @returns the first place of every piece but the first
 */
export function pottsSteps(values: readonly number[]): readonly number[] {
  const count = values.length;
  const steps = values.slice(1).map((value, k) => Math.abs(value - values[k]!));
  // Of a median step, which few changes of level do not move; √2: a step has the noise of two values.
  const noise = median(steps) / Math.SQRT2;
  const penalty =
    4 * Math.log(count) * (noise > 0 ? noise : 1e-12 + Number.EPSILON * Math.abs(median(values)));
  const best = new Array<number>(count + 1).fill(Number.POSITIVE_INFINITY);
  const from = new Array<number>(count + 1).fill(0);
  best[0] = -penalty;
  for (let end = minimumSegment; end <= count; end++) {
    for (let start = 0; start <= end - minimumSegment; start++) {
      if (best[start] === Number.POSITIVE_INFINITY) continue;
      const cost = best[start]! + penalty + deviation(values.slice(start, end));
      if (cost < best[end]!) [best[end], from[end]] = [cost, start];
    }
  }
  const places: number[] = [];
  for (let end = count; from[end]! > 0; end = from[end]!) places.unshift(from[end]!);
  return places;
}

function deviation(values: readonly number[]): number {
  const centre = median(values);
  return values.reduce((sum, value) => sum + Math.abs(value - centre), 0);
}

const weakLevel = 0.01;
const strongLevel = 0.001;

/**
 * Binary segmentation by Welch's test at a weak level, then pieces are joined again whose difference is not significant at a strong one (after
 * Hunter, Fleming and Kołaczkowski 2023, which tests so in place of permutations: the same series has the same changes).
 *
 * @returns the first place of every piece but the first
 */
export function welchSplits(values: readonly number[]): readonly number[] {
  const places: number[] = [];
  const split = (start: number, end: number): void => {
    let best = { index: -1, p: weakLevel };
    for (let index = start + minimumTested; index <= end - minimumTested; index++) {
      // The best of many places: each has its share of the level (Bonferroni).
      const p = welchP(values.slice(start, index), values.slice(index, end)) * (end - start);
      if (p < best.p) best = { index, p };
    }
    if (best.index < 0) return;
    split(start, best.index);
    places.push(best.index);
    split(best.index, end);
  };
  split(0, values.length);
  for (;;) {
    const ends = [...places.slice(1), values.length];
    const weakest = places
      .map((place, k) => ({
        k,
        p: welchP(values.slice(k === 0 ? 0 : places[k - 1], place), values.slice(place, ends[k])),
      }))
      .sort((a, b) => b.p - a.p)[0];
    if (weakest === undefined || weakest.p < strongLevel) return places;
    places.splice(weakest.k, 1);
  }
}

/** Two-sided p-value of Welch's test that two samples have one mean. */
function welchP(a: readonly number[], b: readonly number[]): number {
  if (a.length < 2 || b.length < 2) return 1;
  const [va, vb] = [sampleVariance([...a]) / a.length, sampleVariance([...b]) / b.length];
  const gap = Math.abs(mean([...a]) - mean([...b]));
  if (va + vb === 0) return gap === 0 ? 1 : 0;
  const degrees = (va + vb) ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1));
  return 2 * studentProbability(-gap / Math.sqrt(va + vb), degrees);
}
