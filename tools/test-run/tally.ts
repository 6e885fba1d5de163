/**
 * @file What a run of tests came to, and its closing line.
 */

export interface Tally {
  readonly passed: number;
  /** Failed tests, test files that could not be loaded, errors outside of any test, and checks that failed. */
  readonly failed: number;
  readonly skipped: number;
}

export const emptyTally: Tally = { passed: 0, failed: 0, skipped: 0 };

export function add(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** `412 passed, 0 failed`; tests that were skipped are never hidden: `411 passed, 0 failed, 1 skipped`. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
