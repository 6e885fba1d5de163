import { closeSync, linkSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { PlannedCell } from '../cell/cell-list.ts';
import { hashOf } from '../cell/identity.ts';
import { plural, UsageError } from '../errors.ts';
import { deviceKey } from '../record/device-key.ts';
import { captureEnvironment } from '../record/environment.ts';
import type { AdapterInfo } from '../record/measurement.ts';
import type { BenchSummary } from '../run/run-bench.ts';
import { openAppendingStore } from '../store/appending.ts';
import type { Store } from '../store/store.ts';
import { type Sweep, type SweepFolder, writerOf } from './layout.ts';
import { ProgressFile } from './progress.ts';

/** What a task needs from the benchmark that it is of. */
export interface TaskProgram {
  /** All cells of a selection. */
  readonly cellsOf: (sweep: Sweep) => readonly PlannedCell[];
  readonly codeHashOf: (suite: string) => string;
  readonly describeAdapter: (name: string | undefined) => Promise<AdapterInfo | null>;
  /** Runs cells into a store. */
  readonly run: (
    cells: readonly PlannedCell[],
    store: Store,
    adapter: AdapterInfo | null,
    sweep: Sweep,
  ) => Promise<BenchSummary>;
}

/**
 * Runs a task's cells into a file of its own on the shared folder. Started again (requeued, preempted, submitted twice), it goes on with what its
 * earlier starts left.
 *
 * @throws UsageError where the machine is not fit for the sweep: other code, another adapter, none at all
 */
export async function runTask(
  folder: SweepFolder,
  roundNumber: number,
  taskNumber: number,
  program: TaskProgram,
): Promise<BenchSummary> {
  const sweep = folder.sweep();
  const writer = writerOf(roundNumber, taskNumber);
  const progress = new ProgressFile(folder.path, writer);
  try {
    const cells = cellsFor(folder, roundNumber, taskNumber, program.cellsOf(sweep));
    const adapter = await fitDevice(folder, sweep, program, cells);
    progress.write({
      began: new Date().toISOString(),
      node: hostname(),
      device: describedAs(adapter),
      clockSeconds: clockDifference(folder.path, writer),
    });
    const store = openAppendingStore(folder.path, writer);
    // Those that an earlier start measured: its last line may be lost.
    for (const record of store.records()) progress.ended(record);
    const telling: Store = {
      ...store,
      append: (record) => {
        const stored = store.append(record);
        progress.ended(stored);
        return stored;
      },
    };
    const summary = await program.run(cells, telling, adapter, sweep);
    progress.write({ stopped: new Date().toISOString(), interrupted: summary.interrupted });
    return summary;
  } catch (error) {
    if (error instanceof UsageError) progress.write({ refused: error.message, node: hostname() });
    throw error;
  } finally {
    progress.close();
  }
}

function cellsFor(
  folder: SweepFolder,
  roundNumber: number,
  taskNumber: number,
  all: readonly PlannedCell[],
): readonly PlannedCell[] {
  const round = folder.rounds().find(({ number }) => number === roundNumber);
  const ids = round === undefined ? undefined : folder.cellsOf(roundNumber)[taskNumber - 1];
  if (ids === undefined)
    throw new UsageError(`Round ${roundNumber} of the sweep in ${folder.path} has no task ${taskNumber}.`);
  const wanted = new Set(ids);
  const timeFactor = round?.tasks.find(({ number }) => number === taskNumber)?.timeFactor ?? 1;
  const cells = all.filter(({ cellId }) => wanted.has(cellId));
  if (cells.length === ids.length)
    return cells.map((cell) => ({ ...cell, timeoutMs: cell.timeoutMs * timeFactor }));
  throw new UsageError(
    `${plural(ids.length - cells.length, 'cell')} of task ${taskNumber} ${ids.length - cells.length === 1 ? 'is' : 'are'} unknown here: this copy of the benchmark has other suites than the one that planned the sweep.`,
  );
}

/**
 * The adapter, if it is the one that the sweep is measured on: seconds of two kinds of adapters are no comparison. The first task that begins
 * decides which it is.
 */
async function fitDevice(
  folder: SweepFolder,
  sweep: Sweep,
  program: TaskProgram,
  cells: readonly PlannedCell[],
): Promise<AdapterInfo | null> {
  for (const suite of new Set(cells.map(({ config }) => config.suite)))
    if (program.codeHashOf(suite) !== sweep.codeHashes[suite])
      throw new UsageError(
        `The code that is measured in the suite ${suite} is not that of the sweep (commit ${sweep.commit ?? 'unknown'}): all nodes need the very same copy of the repository. A changed one is measured by a sweep of its own, in another folder.`,
      );
  const adapter = await program.describeAdapter(sweep.adapterName);
  if (sweep.mixedDevices) return adapter;
  const first = firstDevice(folder, adapter);
  if (first.key === keyOf(adapter)) return adapter;
  throw new UsageError(
    `This node has ${describedAs(adapter)}, and the sweep is measured on ${first.description}: seconds of the two cannot be compared. ` +
      'Ask for one kind of node (Slurm: --constraint), or start the sweep with --mixed-devices, which keeps a board for each.',
  );
}

/** What decides whether two machines may be compared: what decides whether a record of one answers for the other. */
function keyOf(adapter: AdapterInfo | null): string {
  return hashOf(deviceKey(captureEnvironment({ adapter })));
}

function describedAs(adapter: AdapterInfo | null): string {
  const { cpu } = captureEnvironment({ adapter }).stable;
  return `${adapter?.description ?? 'no adapter'} beside ${cpu.model}`;
}

function firstDevice(
  folder: SweepFolder,
  adapter: AdapterInfo | null,
): { readonly key: string; readonly description: string } {
  const path = join(folder.path, 'device.json');
  const own = { key: keyOf(adapter), description: describedAs(adapter) };
  // A name that is linked is there whole or not at all, and for one of all that try: also on network file systems.
  const draft = `${path}.${hostname()}-${process.pid}`;
  writeFileSync(draft, JSON.stringify(own));
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return JSON.parse(readFileSync(path, 'utf8')) as typeof own;
}

/** How far this machine's clock is ahead of that of the folder's file server, in seconds. */
function clockDifference(folder: string, writer: string): number {
  const probe = join(folder, `.clock-${writer}-${process.pid}`);
  try {
    const before = Date.now();
    closeSync(openSync(probe, 'w'));
    const server = statSync(probe).mtimeMs;
    return (before - server) / 1000;
  } finally {
    rmSync(probe, { force: true });
  }
}
