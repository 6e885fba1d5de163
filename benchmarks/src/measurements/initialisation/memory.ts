/** @file The pass `memory`: bytes of learning φ, by class, predicted before and measured by the ledger. They do not depend on how many trajectories there are. */
import { tasksOf } from '@longhorizon/bilevel';
import { type Measurement, type MemorySection, owned } from '@longhorizon/harness';
import { totalBytes } from '@longhorizon/tensor/compiler';
import { difference, nonZero } from '../memory.ts';
import { type InitialisationCase, requireFinite, withInitialisation } from './case.ts';

/** The longest stretch that is run: later steps allocate nothing. */
const mostSteps = 20;

export async function initialisationMemory(cell: InitialisationCase): Promise<Measurement> {
  const { ledger } = cell.device;
  // What lives on the device already is nobody's cost: cells share it.
  using watch = owned(ledger.watch({ except: ['staging'] }));
  const before = watch.byClass();
  return await withInitialisation(cell, async (run, predicted) => {
    const { counts, dispatches, steps } = requireFinite(
      await run.run(Math.min(mostSteps, cell.config.horizon)),
    );
    const peakBytesByClass = difference(watch.byClass(), before);
    const memory: MemorySection = {
      peakBytes: totalBytes(peakBytesByClass),
      peakBytesByClass,
      predictedPeakBytes: totalBytes(predicted),
      predictedBytesByClass: nonZero(predicted),
      predictedFormula:
        `${tasksOf(cell.taskSet)} tasks × (weights + state + data) + φ + K × tasks losses of 4 bytes + ` +
        'what the method keeps + the working set of the largest step',
    };
    return { status: 'ok', memory, counters: { ...counts, dispatches, steps } };
  });
}
