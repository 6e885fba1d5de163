/** @file The worker's side: it opens the device and runs the cells that its page hands to it, one after another. */
import type { AdapterInfo } from '../record/measurement.ts';
import {
  type CellContext,
  type CellOutcome,
  type ClassifyError,
  measurementOf,
  outcomeOf,
  type RunCell,
} from '../run/cell-runner.ts';
import { countCost } from '../run/cost.ts';
import { browserEnvironment, type NavigatorLike } from './environment.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** What is used of a worker's own scope (`globalThis` there). */
export interface WorkerScope {
  readonly navigator: NavigatorLike;
  postMessage(message: unknown): void;
  onmessage: ((event: { readonly data: unknown }) => unknown) | null;
}

/** What a worker does with cells. */
export interface WorkerOptions {
  readonly runCell: RunCell;
  readonly classifyError?: ClassifyError;
  /** Opens the device and describes it. What it throws is told to the page: a sentence for the person who looks at it. */
  readonly describeAdapter: () => Promise<AdapterInfo | null>;
}

/** Listens for cells. Call it from the worker's module; it runs until its page ends it. */
export function serveCellsInWorker(scope: WorkerScope, options: WorkerOptions): void {
  const say = (message: FromWorker): void => scope.postMessage(message);
  // A page asks for one thing at a time; what comes sooner waits.
  let last: Promise<void> = Promise.resolve();
  scope.onmessage = ({ data }) => {
    last = last.then(() => answer(data as ToWorker)).then(say);
  };
  const answer = async (asked: ToWorker): Promise<FromWorker> => {
    if (asked.kind === 'cell') return { kind: 'done', reply: await runOne(asked.cell, options) };
    try {
      return {
        kind: 'described',
        environment: browserEnvironment(scope.navigator, await options.describeAdapter()),
      };
    } catch (error) {
      return { kind: 'refused', reason: error instanceof Error ? error.message : String(error) };
    }
  };
  say({ kind: 'ready' });
}

async function runOne(
  { cellId, config, seeds }: Extract<ToWorker, { kind: 'cell' }>['cell'],
  { runCell, classifyError }: WorkerOptions,
): Promise<Extract<FromWorker, { kind: 'done' }>['reply']> {
  // A page ends its worker where a cell takes too long: nothing aborts the signal.
  const { signal } = new AbortController();
  const context: CellContext = { cellId, seeds: seeds.derived, adapter: undefined, signal };
  const costSoFar = countCost();
  const outcome = await Promise.resolve()
    .then(() => runCell(config, context))
    .then(
      outcomeOf,
      (error): CellOutcome => ({ kind: 'measured', measurement: measurementOf(error, classifyError) }),
    );
  return { cellId, outcome, cost: costSoFar() };
}
