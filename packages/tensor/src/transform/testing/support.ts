/** @file What the tests of derivatives share: evaluation in float64, seeded values, central differences. */
import { elementCount, type Shape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { multiply } from '../../ops/arithmetic/multiply.ts';
import { sum } from '../../ops/reduction/sum-broadcast.ts';
import { evaluate as evaluateReference } from '../../reference/evaluate.ts';

/** Values of inputs, in row-major order. */
export type Feeds = ReadonlyMap<Tensor, ArrayLike<number>>;

/** The value of every output, on the float64 interpreter. */
export function evaluate(outputs: readonly Tensor[], feeds: Feeds): Float64Array[] {
  const arrays = new Map(
    [...feeds].map(([tensor, values]) => {
      const { shape, dtype } = tensor;
      return [tensor, { shape, dtype, data: Float64Array.from(values) }];
    }),
  );
  return evaluateReference(outputs, arrays).map(({ data }) => data);
}

/** ⟨a, b⟩ as graph. */
export const inner = (a: Tensor, b: Tensor): Tensor => sum(multiply(a, b));

/** Repeatable numbers in a range, by a linear congruential generator: different for each seed. */
export function numbers(shape: Shape, seed: number, low = -1, high = 1): Float64Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  next();
  return Float64Array.from({ length: elementCount(shape) }, () => low + (high - low) * next());
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

/** The largest |a − b|, relative to the largest |b| (or to 1 where all are small). */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 1;
  let difference = 0;
  for (let i = 0; i < a.length; i++) {
    largest = Math.max(largest, Math.abs(b[i]!));
    difference = Math.max(difference, Math.abs(a[i]! - b[i]!));
    if (Number.isNaN(a[i]! - b[i]!)) return Number.POSITIVE_INFINITY;
  }
  return difference / largest;
}

/**
 * The derivative of the outputs along a direction of the feeds, by a central difference of fourth order:
 * error about ε⁴ of the fifth derivative plus rounding over ε, together near 1e-11 for smooth functions of size 1.
 */
export function centralDifference(
  outputs: readonly Tensor[],
  feeds: Feeds,
  directions: Feeds,
  step = 1e-3,
): Float64Array[] {
  const at = (scale: number) => {
    const moved = new Map(feeds);
    for (const [tensor, direction] of directions) {
      const base = feeds.get(tensor)!;
      moved.set(
        tensor,
        Float64Array.from(direction, (value, i) => base[i]! + scale * value),
      );
    }
    return evaluate(outputs, moved);
  };
  const [back2, back1, ahead1, ahead2] = [-2, -1, 1, 2].map((scale) => at(scale * step));
  return outputs.map((_, k) =>
    ahead1![k]!.map(
      (value, i) => (8 * (value - back1![k]![i]!) - (ahead2![k]![i]! - back2![k]![i]!)) / (12 * step),
    ),
  );
}
