/** @file Means over seeds. */
import { studentQuantile } from '@longhorizon/harness';

export interface Summary {
  readonly count: number;
  readonly mean: number;
  /** Half the width of the 95 % confidence interval, by Student's t. */
  readonly ci95: number;
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

export function summarise(values: readonly number[]): Summary {
  const count = values.length;
  const mean = values.reduce((sum, one) => sum + one, 0) / count;
  const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, count - 1);
  const sorted = [...values].sort((a, b) => a - b);
  const at = (place: number) => sorted[Math.min(count - 1, Math.max(0, place))]!;
  return {
    count,
    mean,
    ci95: count < 2 ? Number.NaN : studentQuantile(0.975, count - 1) * Math.sqrt(variance / count),
    median: (at(Math.floor((count - 1) / 2)) + at(Math.ceil((count - 1) / 2))) / 2,
    least: at(0),
    greatest: at(count - 1),
  };
}
