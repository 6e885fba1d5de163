/** @file Means over seeds. */

export interface Summary {
  readonly count: number;
  readonly mean: number;
  /** Half the width of the 95 % confidence interval, by Student's t. */
  readonly ci95: number;
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

/** Quantiles 0.975 of Student's t with 1 … 30 degrees of freedom; beyond that the normal's. */
const QUANTILES = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

export function summarise(values: readonly number[]): Summary {
  const count = values.length;
  const mean = values.reduce((sum, one) => sum + one, 0) / count;
  const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, count - 1);
  const sorted = [...values].sort((a, b) => a - b);
  const at = (place: number) => sorted[Math.min(count - 1, Math.max(0, place))]!;
  return {
    count,
    mean,
    ci95: count < 2 ? Number.NaN : (QUANTILES[count - 2] ?? 1.96) * Math.sqrt(variance / count),
    median: (at(Math.floor((count - 1) / 2)) + at(Math.ceil((count - 1) / 2))) / 2,
    least: at(0),
    greatest: at(count - 1),
  };
}
