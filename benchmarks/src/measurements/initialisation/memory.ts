/** @file The pass `memory`: bytes of learning φ, by class, predicted before and measured by the ledger. They do not depend on how many trajectories there are. */
import { tasksOf } from '@longhorizon/bilevel';
import type { Measurement } from '@longhorizon/harness';
import { memoryBetween } from '../memory.ts';
import { type InitialisationCase, requireFinite, withInitialisation } from './case.ts';

/** The longest stretch that is run: later steps allocate nothing. */
const mostSteps = 20;

export async function initialisationMemory(cell: InitialisationCase): Promise<Measurement> {
  return memoryBetween(cell.device, (measured) =>
    withInitialisation(cell, async (run, predicted) => {
      const { counts, dispatches, steps } = requireFinite(
        await run.run(Math.min(mostSteps, cell.config.horizon)),
      );
      const predictedFormula =
        `${tasksOf(cell.taskSet)} tasks × (weights + state + data) + φ + K × tasks losses of 4 bytes + ` +
        'what the method keeps + the working set of the largest step';
      const memory = { ...measured(predicted), predictedFormula };
      return { status: 'ok', memory, counters: { ...counts, dispatches, steps } };
    }),
  );
}
