import type { Isolation } from '../cell/config.ts';
import type { Environment } from '../record/record.ts';
import type { ClassifyError, Executor, RunCell } from './cell-runner.ts';
import { childExecutor } from './child.ts';
import type { ChildCommand } from './child-process.ts';
import { inProcessExecutor } from './in-process.ts';

interface ExecutorOptions {
  readonly runCell: RunCell;
  readonly adapterName?: string | undefined;
  readonly classifyError?: ClassifyError | undefined;
  readonly childCommand?: ChildCommand | undefined;
  readonly place?: { readonly executor: Executor };
}

type ByIsolation = ReadonlyMap<Isolation, Executor>;

/**
 * What runs the cells of a run. Slots share no process. Where cells need other environment variables, their slot has a process for each: a second
 * one starts in a second or two, and a restart at every change would compile everything anew.
 */
export class Executors {
  readonly #run: ExecutorOptions;
  readonly #made = new Map<string, ByIsolation>();

  constructor(run: ExecutorOptions) {
    this.#run = run;
  }

  /** Those of a slot and an environment, made when they are first needed. */
  of(slot: number, { fingerprint, stable }: Environment): ByIsolation {
    const key = `${slot} ${fingerprint}`;
    const known = this.#made.get(key) ?? makeExecutors(this.#run, stable.variables);
    this.#made.set(key, known);
    return known;
  }

  /** Ends processes that are still there. */
  async close(): Promise<void> {
    const all = [...this.#made.values()].flatMap((byIsolation) => [...byIsolation.values()]);
    await Promise.all(all.map((executor) => executor.close()));
  }
}

function makeExecutors(run: ExecutorOptions, variables: Environment['stable']['variables']): ByIsolation {
  const adapter = run.adapterName;
  const executors = new Map<Isolation, Executor>([
    ['in-process', inProcessExecutor(run.runCell, { adapter, classifyError: run.classifyError })],
  ]);
  if (run.place !== undefined) executors.set('browser', run.place.executor);
  if (run.childCommand !== undefined) {
    const command = { ...run.childCommand, environment: { ...run.childCommand.environment, ...variables } };
    executors.set('worker', childExecutor(command, { reuse: true, adapter }));
    executors.set('process', childExecutor(command, { reuse: false, adapter }));
  }
  return executors;
}
