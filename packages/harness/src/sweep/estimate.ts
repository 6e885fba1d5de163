/** @file What a cell will take, from a formula and from what such cells took. */

import type { CellConfig } from '../cell/config.ts';
import type { CellRecord } from '../record/record.ts';
import { kindsOf } from '../run/remaining-time.ts';

/** What a cell takes: seconds of one machine, and bytes on its device. */
export interface CellEstimate {
  readonly seconds: number;
  readonly bytes: number;
}

/** A formula in T, p and the method, right up to a factor: see {@link estimator}. */
export type CellFormula = (config: CellConfig) => CellEstimate;

/** Where a benchmark gives no formula: a second and a millisecond a step, 64 bytes a hyperparameter. */
export const plainFormula: CellFormula = ({ horizon, dimension }) => ({
  seconds: 1 + horizon / 1000,
  bytes: 64 * dimension,
});

/**
 * Estimates cells by a formula that is put right by records. The factor comes from cells of the nearest kind that has any: same problem, method,
 * pass and horizon; same suite, pass and horizon; same suite and pass; all. It is what these took together over what the formula gave
 * them together, so that a formula need only have the right shape.
 *
 * @param records what was measured; where there are none the formula stands as it is
 */
export function estimator(formula: CellFormula, records: Iterable<CellRecord>): CellFormula {
  const known = new Map<string, { took: number; given: number }>();
  let most = { bytes: 0, given: 0 };
  for (const { config, run, memory, status } of records) {
    if (status === 'unsupported') continue;
    const given = formula(config);
    for (const kind of kindsOf(config)) {
      const sum = known.get(kind) ?? { took: 0, given: 0 };
      sum.took += run.durationMs / 1000;
      sum.given += given.seconds;
      known.set(kind, sum);
    }
    // The largest factor of all: a cell that is given too little memory is lost.
    const bytes = memory?.peakBytes ?? 0;
    if (bytes * most.given > most.bytes * given.bytes || most.given === 0)
      most = { bytes, given: given.bytes };
  }
  const byteFactor = most.bytes > 0 && most.given > 0 ? most.bytes / most.given : 1;
  return (config) => {
    const { seconds, bytes } = formula(config);
    const kind = kindsOf(config).find((one) => known.has(one));
    const { took, given } = known.get(kind ?? '') ?? { took: 1, given: 1 };
    return { seconds: given > 0 ? (seconds * took) / given : seconds, bytes: bytes * byteFactor };
  };
}
