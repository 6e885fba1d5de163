/**
 * Adjusted p-values. With a hundred comparisons at 0.05 five "changes" are expected from nothing; adjusted
 * values may be held against 0.05 again.
 */

/** Holm's step-down: bounds the chance of even one false claim. For gates. */
export function holm(pValues: readonly number[]): number[] {
  return stepwise(pValues, 'ascending', (p, position, count) => p * (count - position), Math.max, 0);
}

/** Benjamini and Hochberg's step-up: bounds the expected share of false claims. For reports. */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  return stepwise(
    pValues,
    'descending',
    (p, position, count) => (p * count) / (count - position),
    Math.min,
    1,
  );
}

function stepwise(
  pValues: readonly number[],
  order: 'ascending' | 'descending',
  adjust: (p: number, position: number, count: number) => number,
  carry: (running: number, value: number) => number,
  start: number,
): number[] {
  const sign = order === 'ascending' ? 1 : -1;
  const ranked = pValues
    .map((p, index) => ({ p, index }))
    .sort((a, b) => sign * (a.p - b.p) || a.index - b.index);
  const adjusted = new Array<number>(pValues.length);
  let running = start;
  for (const [position, { p, index }] of ranked.entries()) {
    running = carry(running, Math.min(1, adjust(p, position, pValues.length)));
    adjusted[index] = running;
  }
  return adjusted;
}
