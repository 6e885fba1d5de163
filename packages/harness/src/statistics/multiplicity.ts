/**
 * p-values adjusted after Holm (1979): step by step from the smallest, so that the chance of even one false claim among all comparisons
 * stays below what a single one is held against. With a hundred comparisons at 0.05 five "changes" are expected from nothing.
 *
 * @returns adjusted values in the order of the given ones; each may be held against 0.05 again
 */
export function holm(pValues: readonly number[]): number[] {
  const ranked = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p || a.index - b.index);
  const adjusted = new Array<number>(pValues.length);
  let running = 0;
  for (const [position, { p, index }] of ranked.entries()) {
    running = Math.max(running, Math.min(1, p * (pValues.length - position)));
    adjusted[index] = running;
  }
  return adjusted;
}
