/** @file The grid of outer rates that tuning tries, the same for every method of a problem. */

/** Outer rates to try around one of the right size: nine, a third of a decade apart, each to three digits. */
export function ratesAround(usual: number): readonly number[] {
  return [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((step) => Number((usual * 10 ** (step / 3)).toPrecision(3)));
}
