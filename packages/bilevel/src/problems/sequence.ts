/** @file Numbers for generated problems: evenly spread, the same everywhere, without a random generator. */

/** `count` numbers in [from, to): the fractional parts of k·φ, an even sequence of low discrepancy. */
export function evenNumbers(count: number, from: number, to: number, offset = 0): Float64Array {
  const golden = (Math.sqrt(5) - 1) / 2;
  return Float64Array.from(
    { length: count },
    (_, k) => from + (to - from) * (((k + 1 + offset) * golden) % 1),
  );
}
