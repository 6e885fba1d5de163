/** @file Hypergradients in float64 and distances between lists of numbers. */
import { type Method, type Problem, prepare } from '@longhorizon/bilevel';

export async function gradientOf(problem: Problem, method: Method, horizon: number): Promise<Float64Array> {
  const run = await prepare('float64', problem, method, { horizon });
  try {
    await run.compute();
    return await run.read('hypergradient');
  } finally {
    run.destroy();
  }
}

/** max_j |a_j − b_j| */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} numbers are compared with ${b.length}.`);
  return Math.max(...Array.from(a, (value, j) => Math.abs(value - b[j]!)));
}

/** max_j |a_j − b_j| / ‖b‖ */
export function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return largestDifference(a, b) / Math.hypot(...Array.from(b));
}

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [Array.from(a), Array.from(b)];
  const product = x.reduce((sum, value, j) => sum + value * y[j]!, 0);
  return product / (Math.hypot(...x) * Math.hypot(...y));
}
