/** @file Measuring how far two arrays are apart, and derivatives by central differences, in float64. */
import type { Tensor } from '../graph/tensor.ts';
import { evaluate, type Feeds } from '../reference/evaluate.ts';

export function innerProduct(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

/**
 * The largest |a − b|, relative to the largest |a| or |b| where that is above 1. Infinite where a length or a
 * NaN differs.
 */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let scale = 1;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i])) continue;
    const difference = Math.abs(a[i]! - b[i]!);
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    scale = Math.max(scale, Math.abs(a[i]!), Math.abs(b[i]!));
    largest = Math.max(largest, difference);
  }
  return largest / scale;
}

/**
 * Distance between neighbouring points. Fourth order: the error is about STEP⁴, and rounding about 10⁻¹⁶ /
 * STEP.
 */
const STEP = 2e-4;

/** The derivative of one output along a direction of the feeds, by a central difference of fourth order. */
export function centralDifference(
  output: Tensor,
  feeds: Feeds,
  directions: ReadonlyMap<Tensor, Float64Array>,
): Float64Array {
  const at = (scale: number): Float64Array => {
    const moved = new Map(feeds);
    for (const [tensor, along] of directions) {
      const { shape, dtype, data } = feeds.get(tensor)!;
      moved.set(tensor, { shape, dtype, data: data.map((value, i) => value + scale * STEP * along[i]!) });
    }
    return evaluate([output], moved)[0]!.data;
  };
  const [back2, back1, ahead1, ahead2] = [at(-2), at(-1), at(1), at(2)] as const;
  return ahead1.map((value, i) => (8 * (value - back1[i]!) - (ahead2[i]! - back2[i]!)) / (12 * STEP));
}
