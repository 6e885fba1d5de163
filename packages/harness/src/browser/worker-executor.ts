/** @file The page's side of its worker: cells run there, and a worker that hangs or dies is ended and replaced. */
import type { PlannedCell } from '../cell/cell-list.ts';
import type { Environment } from '../record/record.ts';
import { type CellOutcome, type Executor, outcomeOf, timeoutMeasurement } from '../run/cell-runner.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** What is used of a browser's `Worker`. */
export interface WorkerLike {
  postMessage(message: unknown): void;
  terminate(): void;
  onmessage: ((event: { readonly data: unknown }) => unknown) | null;
  onerror: ((event: { readonly message?: string }) => unknown) | null;
}

/** Runs cells in a worker of this page. */
export interface WorkerExecutor extends Executor {
  /**
   * Opens the device there and says what the browser tells of it.
   *
   * @throws Error with a sentence where there is no WebGPU, no adapter, or no worker
   */
  describe(): Promise<Environment>;
}

type Answer = FromWorker | { readonly kind: 'dead'; readonly reason: string } | 'aborted';

/**
 * Runs cells in a worker of this page, one at a time.
 *
 * @param start starts the worker: `() => new Worker('worker.js', { type: 'module' })`
 */
export function workerExecutor(start: () => WorkerLike): WorkerExecutor {
  let current: WorkerLike | undefined;
  const drop = (): void => {
    current?.terminate();
    current = undefined;
  };
  const ask = (message: ToWorker, wanted: FromWorker['kind'], signal?: AbortSignal): Promise<Answer> => {
    if (signal?.aborted) return Promise.resolve('aborted');
    current ??= start();
    const worker = current;
    return new Promise((resolve) => {
      const finish = (answer: Answer): void => {
        signal?.removeEventListener('abort', onAbort);
        worker.onmessage = null;
        worker.onerror = null;
        resolve(answer);
      };
      const onAbort = (): void => finish('aborted');
      signal?.addEventListener('abort', onAbort);
      worker.onerror = ({ message }) =>
        finish({ kind: 'dead', reason: message || 'its module could not be loaded' });
      worker.onmessage = ({ data }) => {
        const answer = data as FromWorker;
        if (answer.kind === wanted || answer.kind === 'refused') finish(answer);
      };
      worker.postMessage(message);
    });
  };
  const runCell = async (cell: PlannedCell, interrupt: AbortSignal): Promise<CellOutcome> => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), cell.timeoutMs);
    const answer = await ask({ kind: 'cell', cell }, 'done', AbortSignal.any([stop.signal, interrupt]));
    clearTimeout(timer);
    if (answer === 'aborted') {
      drop();
      if (interrupt.aborted) return { kind: 'interrupted' };
      return { kind: 'measured', measurement: timeoutMeasurement(cell) };
    }
    if (answer.kind === 'done') {
      const { outcome, cost } = answer.reply;
      if (outcome.kind !== 'measured') return outcome;
      const checked = outcomeOf(outcome.measurement);
      return checked.kind === 'measured' ? { ...checked, cost } : checked;
    }
    drop();
    const reason = answer.kind === 'dead' ? answer.reason : 'it gave no measurement';
    return { kind: 'measured', measurement: { status: 'error', reason: `its worker ended: ${reason}.` } };
  };
  return {
    describe: async () => {
      const answer = await ask({ kind: 'describe' }, 'described');
      if (answer !== 'aborted' && answer.kind === 'described') return answer.environment;
      drop();
      if (answer !== 'aborted' && answer.kind === 'refused') throw new Error(answer.reason);
      const why = answer !== 'aborted' && answer.kind === 'dead' ? answer.reason : 'it gave no answer';
      throw new Error(`The worker that runs cells did not start: ${why}.`);
    },
    run: runCell,
    close: async () => drop(),
  };
}
