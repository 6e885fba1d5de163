/** @file Distances between lists of numbers. */

/** max_j |a_j − b_j|; NaN where any is NaN. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} numbers are compared with ${b.length}.`);
  return Math.max(...Array.from(a, (value, j) => Math.abs(value - b[j]!)));
}

/** max_j |a_j − b_j| / ‖b‖ */
export function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return largestDifference(a, b) / Math.hypot(...Array.from(b));
}
