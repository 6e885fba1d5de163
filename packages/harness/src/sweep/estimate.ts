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
  const known = { seconds: new Map<string, Sum>(), bytes: new Map<string, Sum>() };
  const learn = (sums: Map<string, Sum>, config: CellConfig, took: number, given: number): void => {
    for (const kind of kindsOf(config)) {
      const sum = sums.get(kind) ?? { took: 0, given: 0 };
      sum.took += took;
      sum.given += given;
      sums.set(kind, sum);
    }
  };
  for (const { config, run, memory, status } of records) {
    if (status === 'unsupported') continue;
    const given = formula(config);
    learn(known.seconds, config, run.durationMs / 1000, given.seconds);
    if (memory !== undefined) learn(known.bytes, config, memory.peakBytes, given.bytes);
  }
  const factor = (sums: ReadonlyMap<string, Sum>, config: CellConfig): number => {
    const kind = kindsOf(config).find((one) => (sums.get(one)?.given ?? 0) > 0);
    const { took, given } = sums.get(kind ?? '') ?? { took: 1, given: 1 };
    return took / given;
  };
  return (config) => {
    const { seconds, bytes } = formula(config);
    return {
      seconds: seconds * factor(known.seconds, config),
      bytes: bytes * factor(known.bytes, config),
    };
  };
}

/** What cells of a kind took together, and what the formula gave them. */
interface Sum {
  took: number;
  given: number;
}
