/** @file The pass `memory`: bytes of one hypergradient by class, predicted before and measured by the ledger. */
import type { Measurement, MemorySection } from '@longhorizon/harness';
import { type BytesByClass, totalBytes } from '@longhorizon/tensor';
import type { Case } from './case.ts';
import { withFirstRun } from './prepare.ts';

export async function memoryPass(cell: Case): Promise<Measurement> {
  const { ledger } = cell.device;
  // What lives on the device already is nobody's cost: cells share it.
  const watch = ledger.watch({ except: ['staging'] });
  const before = watch.byClass();
  try {
    return await withFirstRun(cell, async (_, { counts, dispatches }, predicted) => {
      const peakBytesByClass = difference(watch.byClass(), before);
      const memory: MemorySection = {
        peakBytes: totalBytes(peakBytesByClass),
        peakBytesByClass,
        predictedPeakBytes: totalBytes(predicted),
        predictedBytesByClass: nonZero(predicted),
      };
      return { status: 'ok', memory, counters: { ...counts, dispatches } };
    });
  } finally {
    watch.stop();
  }
}

function difference(after: BytesByClass, before: BytesByClass): Record<string, number> {
  return nonZero(
    Object.fromEntries(
      Object.entries(after).map(([name, bytes]) => [name, bytes - before[name as keyof BytesByClass]]),
    ),
  );
}

function nonZero(bytes: Readonly<Partial<Record<string, number>>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(bytes).filter(
      (entry): entry is [string, number] => entry[1] !== undefined && entry[1] !== 0,
    ),
  );
}
