/** @file Bins of confidence: how often predictions are right beside how sure they say they are. */
import * as z from 'zod';
import type { CellRecord } from '../record/record.ts';

/** Predictions whose confidence lies in one tenth of 0 … 1. */
export interface ReliabilityBin {
  readonly count: number;
  /** Means over the bin, from 0 to 1. */
  readonly confidence: number;
  readonly accuracy: number;
}

const share = z.number().min(0).max(1);
const bins = z.array(z.object({ count: z.int().nonnegative(), confidence: share, accuracy: share })).min(1);

/** The bins that a record keeps in `details.reliability`, from the least confidence to the largest; undefined where it keeps none. */
export function reliabilityOf({
  details,
}: Pick<CellRecord, 'details'>): readonly ReliabilityBin[] | undefined {
  return bins.safeParse(details?.reliability).data;
}

/** Predictions of several runs as those of one. */
export function pooledBins(runs: readonly (readonly ReliabilityBin[])[]): readonly ReliabilityBin[] {
  const length = Math.min(...runs.map((run) => run.length));
  return Array.from({ length: Number.isFinite(length) ? length : 0 }, (_, place) => {
    const own = runs.flatMap((run) => run[place] ?? []);
    const count = own.reduce((sum, bin) => sum + bin.count, 0);
    const meanOf = (pick: (bin: ReliabilityBin) => number): number =>
      own.reduce((sum, bin) => sum + bin.count * pick(bin), 0) / Math.max(1, count);
    return { count, confidence: meanOf((bin) => bin.confidence), accuracy: meanOf((bin) => bin.accuracy) };
  });
}
