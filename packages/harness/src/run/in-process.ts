import {
  type CellOutcome,
  type ClassifyError,
  type Executor,
  measurementOf,
  outcomeOf,
  type RunCell,
  timeoutMeasurement,
  withNote,
} from './cell-runner.ts';
import { type CellCost, countCost } from './cost.ts';

const graceMs = 5000;
const disturbed =
  'an earlier cell in this process ran out of time and did not stop; it may have run beside this one';

/**
 * Runs cells in this process: no start-up, but a cell that hangs in a loop cannot be stopped, and one that
 * crashes takes the run with it. Where that may happen, isolate the cell.
 */
export function inProcessExecutor(
  runCell: RunCell,
  options: { readonly adapter?: string | undefined; readonly classifyError?: ClassifyError | undefined } = {},
): Executor {
  let stragglers = 0;
  return {
    run: async (cell, interrupt) => {
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort('timeout'), cell.timeoutMs);
      const onInterrupt = (): void => stop.abort('interrupt');
      interrupt.addEventListener('abort', onInterrupt);
      const context = {
        cellId: cell.cellId,
        seeds: cell.seeds.derived,
        adapter: options.adapter,
        signal: stop.signal,
      };
      const disturbedBy = stragglers;
      const costSoFar = countCost();
      try {
        const work = Promise.resolve()
          .then(() => runCell(cell.config, context))
          .then(
            outcomeOf,
            (error): CellOutcome => ({
              kind: 'measured',
              measurement: measurementOf(error, options.classifyError),
            }),
          );
        const first = await Promise.race([work, aborted(stop.signal)]);
        const outcome = first === 'aborted' && !(await settles(work, graceMs)) ? 'hangs' : first;
        if (outcome === 'hangs') {
          stragglers++;
          void work.finally(() => stragglers--);
        }
        if (interrupt.aborted) return { kind: 'interrupted' };
        if (stop.signal.aborted) {
          const note = outcome === 'hangs' ? 'it did not stop when told to' : undefined;
          return { kind: 'measured', measurement: timeoutMeasurement(cell, note) };
        }
        const measured = withCost(outcome as CellOutcome, costSoFar());
        return disturbedBy > 0 ? withNote(measured, disturbed) : measured;
      } finally {
        clearTimeout(timer);
        interrupt.removeEventListener('abort', onInterrupt);
      }
    },
    close: async () => {},
  };
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    else signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}

async function settles(work: Promise<unknown>, withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs);
  });
  const result = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return result;
}

function withCost(outcome: CellOutcome, cost: CellCost): CellOutcome {
  return outcome.kind === 'measured' ? { ...outcome, cost } : outcome;
}
