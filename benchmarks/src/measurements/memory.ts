/** @file The pass `memory`: bytes of one hypergradient by class, predicted before and measured by the ledger. */
import { type Measurement, type MemorySection, owned } from '@longhorizon/harness';
import type { Device } from '@longhorizon/tensor';
import { type ByteCounts, totalBytes } from '@longhorizon/tensor/compiler';
import type { BytesByClass } from '@longhorizon/tensor/device';
import type { Case } from './case.ts';
import { withFirstRun } from './prepare.ts';

export async function memoryPass(cell: Case): Promise<Measurement> {
  return memoryBetween(cell.device, (measured) =>
    withFirstRun(cell, async ({ engine }, { counts, dispatches }, predicted) => ({
      status: 'ok',
      memory: measured(predicted),
      counters: { ...counts, dispatches },
      kernelVariants: engine.variants,
      kernelChoices: engine.choices,
    })),
  );
}

/**
 * Watches the device's ledger while something runs.
 *
 * @param use does the work; the function it is handed turns what was predicted into the section, with the peak until then
 */
export async function memoryBetween(
  { ledger }: Pick<Device, 'ledger'>,
  use: (measured: (predicted: ByteCounts) => MemorySection) => Promise<Measurement>,
): Promise<Measurement> {
  // What lives on the device already is nobody's cost: cells share it.
  using watch = owned(ledger.watch({ except: ['staging'] }));
  const before = watch.byClass();
  return await use((predicted) => {
    const peakBytesByClass = difference(watch.byClass(), before);
    return {
      peakBytes: totalBytes(peakBytesByClass),
      peakBytesByClass,
      predictedPeakBytes: totalBytes(predicted),
      predictedBytesByClass: nonZero(predicted),
    };
  });
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
