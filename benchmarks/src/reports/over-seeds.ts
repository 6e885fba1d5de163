/** @file Means over seeds and paired differences between methods, with Student's intervals: with three to five seeds a bootstrap knows too little. */
import { type CellRecord, studentQuantile } from '@longhorizon/harness';

/** A mean with its 95 % interval; no interval for fewer than two values. */
export interface Mean {
  readonly mean: number;
  readonly halfWidth: number | null;
  readonly count: number;
}

export function meanOf(values: readonly number[]): Mean {
  const count = values.length;
  if (count === 0) throw new RangeError('meanOf: there are no values; give one or more.');
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, halfWidth: null, count };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { mean, halfWidth: studentQuantile(0.975, count - 1) * Math.sqrt(variance / count), count };
}

/** Final numbers of a method by seed, of one metric at one problem. */
export function bySeed(
  records: readonly CellRecord[],
  problem: string,
  method: string,
  metric: string,
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const { config, status, training } of records) {
    const value = training?.final[metric];
    if (
      status === 'ok' &&
      config.pass === 'training' &&
      config.problem === problem &&
      config.method === method &&
      typeof value === 'number'
    )
      found.set(config.seed, value);
  }
  return found;
}

/** a − b on the seeds that both have: the same data, start and order of batches. Undefined where they share none. */
export function pairedMean(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): Mean | undefined {
  const differences = [...a].flatMap(([seed, value]) => (b.has(seed) ? [value - b.get(seed)!] : []));
  return differences.length === 0 ? undefined : meanOf(differences);
}
