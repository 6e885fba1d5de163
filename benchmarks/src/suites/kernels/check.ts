/** @file Whether a result is right: nothing is timed before. */

/** Largest difference from float64 in a result, over the largest number expected in it. */
export function relativeError(
  outputs: readonly ArrayLike<number>[],
  expected: readonly Float64Array[],
): number {
  let worst = 0;
  expected.forEach((wanted, k) => {
    const found = outputs[k];
    let scale = 0;
    let difference = 0;
    for (let i = 0; i < wanted.length; i++) {
      scale = Math.max(scale, Math.abs(wanted[i]!));
      const apart = Math.abs(found![i]! - wanted[i]!);
      // NaN compares false with everything and must not pass.
      if (!(apart <= difference)) difference = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart;
    }
    worst = Math.max(worst, scale === 0 ? difference : difference / scale);
  });
  return worst;
}

/**
 * @returns a sentence that says what is wrong, or undefined
 */
export function problemWith(
  outputs: readonly ArrayLike<number>[],
  expected: readonly Float64Array[],
  tolerance: number,
): string | undefined {
  if (outputs.length !== expected.length)
    return `it gave ${outputs.length} results where ${expected.length} were asked for`;
  const k = expected.findIndex((wanted, position) => wanted.length !== outputs[position]!.length);
  if (k >= 0)
    return `result ${k} has ${outputs[k]!.length} elements where ${expected[k]!.length} were asked for`;
  const error = relativeError(outputs, expected);
  if (error <= tolerance) return undefined;
  return `its result is wrong: it differs from float64 by ${error.toExponential(1)} of the largest element, and ${tolerance.toExponential(0)} is allowed`;
}
