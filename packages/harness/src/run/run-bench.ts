import { type CellList, listCells, type PlannedCell } from '../cell/cell-list.ts';
import { type CellConfig, type Isolation, type Status, statuses } from '../cell/config.ts';
import type { Selection } from '../cell/selection.ts';
import { allCells, type Shard, takeShard } from '../cell/shard.ts';
import type { Suite } from '../cell/suite.ts';
import { plural, UsageError } from '../errors.ts';
import { makeRecord, type RecordContext } from '../record/build.ts';
import { captureCode, captureEnvironment, type PackageSources } from '../record/environment.ts';
import type { AdapterInfo } from '../record/measurement.ts';
import type { CellRecord, CodeState, Environment } from '../record/record.ts';
import { type Rejected, rejectedText } from '../store/read.ts';
import { openStore, type Store } from '../store/store.ts';
import { isWorthRepeating } from './again.ts';
import {
  environmentsOf,
  type Resume,
  stands,
  type VariablesOf,
  type Versions,
  versionsOf,
} from './answers.ts';
import type { CellOutcome, ClassifyError, Executor, RunCell } from './cell-runner.ts';
import type { ChildCommand } from './child-process.ts';
import type { CellCost } from './cost.ts';
import { duration } from './duration.ts';
import { Executors } from './executors.ts';
import { openProgress, type Progress, type ProgressStream } from './progress.ts';
import { announcement, RemainingTime } from './remaining-time.ts';
import { affinityOf, type Batch, batchesOf, defaultJobs, inOrder, scheduler } from './schedule.ts';

/** A run: what, on what, and where results go. */
export interface BenchRun extends Resume {
  readonly suites: readonly Suite[];
  readonly selection: Selection;
  /** The cells of `selection` and `shard`, where they are known already. */
  readonly cells?: CellList;
  readonly runCell: RunCell;
  readonly outputFolder: string;
  /** Where records go instead of the output folder's own store; closed at the end of the run. */
  readonly store?: Store;
  /** The adapter that cells will use, as described when it was opened; null when none is used. */
  readonly adapter: AdapterInfo | null;
  /** The value of `--adapter`, passed on to the cells. */
  readonly adapterName?: string | undefined;
  /** Hash of the measured code, for all cells or by cell; see `hashSources`. */
  readonly codeHash: string | ((config: CellConfig) => string);
  /** Where git is asked for the commit. Default: the current folder. */
  readonly repositoryFolder?: string;
  /** Packages whose versions go into the records, each with the folder of the workspace that imports it. */
  readonly packages?: PackageSources;
  readonly shard?: Shard;
  /** Overrides what the suites say. */
  readonly isolation?: Isolation | undefined;
  /** How many cells may be at work at once in the passes where a profile allows it; {@link defaultJobs} when left out. */
  readonly jobs?: number | undefined;
  /** Where cells of the isolation `browser` run, and what is known of it. */
  readonly place?: RunPlace;
  /** Needed for cells that run in other processes. */
  readonly childCommand?: ChildCommand | undefined;
  /** Environment variables of the processes that run cells; none when left out. */
  readonly variablesOf?: VariablesOf;
  readonly classifyError?: ClassifyError | undefined;
  /** Where progress goes; nowhere when left out. */
  readonly progress?: ProgressStream | undefined;
  /** Aborting it ends the run cleanly: the cell at work is dropped, everything finished is kept. */
  readonly signal?: AbortSignal | undefined;
  readonly minimumFreeBytes?: number;
}

/** A place for cells that is neither this machine's process nor a child of it. */
export interface RunPlace {
  /** What records say of it, instead of what is found here. */
  readonly environment: Environment;
  /** Runs its cells; closed at the end of the run. */
  readonly executor: Executor;
}

/** What a run came to. */
export interface BenchSummary {
  readonly planned: number;
  /** Cells answered before. */
  readonly cached: number;
  /** Cells run now, by status. */
  readonly ran: Readonly<Record<Status, number>>;
  readonly interrupted: boolean;
  readonly durationMs: number;
  /**
   * What the harness itself took (processes and records included), as a share of the time that cells took inside. Where cells run side by
   * side it is the sum over both; waiting for the last cell of a batch does not count.
   */
  readonly overheadShare: number;
  /** Files that were no records and were set aside on opening the folder. */
  readonly quarantined: readonly Rejected[];
  /** The answers to the planned cells, in their order, as far as there are any. */
  readonly records: readonly CellRecord[];
}

/** The cells of a run, without running them. @throws UsageError as {@link listCells} */
export function cellsOfRun(run: Pick<BenchRun, 'suites' | 'selection' | 'shard'>): CellList {
  const list = listCells(run.suites, run.selection);
  return { ...list, cells: takeShard(list.cells, run.shard ?? allCells) };
}

/**
 * Runs the cells that are not answered yet, one after another or, where their profile allows it, side by side, and stores every result. A
 * cell that fails is a result as well and stops nothing. Killed at any moment and started again, it goes on where it stopped.
 *
 * @throws UsageError before anything is measured: for what was asked wrongly and for a folder that cannot be
 *   written
 * @throws RunError when results can no longer be kept
 */
export async function runBench(run: BenchRun): Promise<BenchSummary> {
  const started = performance.now();
  const { cells } = run.cells ?? cellsOfRun(run);
  requireChildCommand(run, cells);
  const store = run.store ?? openFolder(run);
  try {
    const machine =
      run.place?.environment ?? captureEnvironment({ adapter: run.adapter, packages: run.packages ?? {} });
    const environmentOf = environmentsOf(machine, run);
    const code = captureCode(run.repositoryFolder ?? process.cwd());
    const versions = versionsOf(run.codeHash, environmentOf);
    const open = cells.filter((cell) => !stands(store.find(cell.cellId, versions.idOf(cell)), run));
    const jobs = run.jobs ?? defaultJobs();
    const cellsAtOnce = (cell: PlannedCell): number => (mayShare(run, cell) ? jobs : 1);
    const remaining = new RemainingTime(open, cellsAtOnce);
    for (const { config, run: earlier } of store.records())
      remaining.learn({ config, durationMs: earlier.durationMs });
    const announced = announcement(open.length, remaining, duration);
    if (announced !== undefined) run.progress?.write(`${announced}\n`);
    const progress = openProgress(open, run.progress ?? { write: () => true }, remaining);
    for (const { path, problems } of store.quarantined) {
      progress.note(`${path} is no record and was moved to quarantine: ${problems[0] ?? ''}`);
    }
    for (const rejected of store.leftAlone) progress.note(rejectedText(rejected));
    const executors = new Executors(run);
    const session: Session = { run, store, environmentOf, code, versions, progress, executors };
    const batches = batchesOf(open, (cell) => mayShare(run, cell), jobs);
    const { ran, interrupted, cellsMs, waitingMs } = await runBatches(session, batches);
    const durationMs = performance.now() - started;
    return {
      planned: cells.length,
      cached: cells.length - open.length,
      ran,
      interrupted,
      durationMs,
      overheadShare: cellsMs === 0 ? 0 : (durationMs + waitingMs - cellsMs) / cellsMs,
      quarantined: store.quarantined,
      records: cells.flatMap((cell) => store.find(cell.cellId, versions.idOf(cell)) ?? []),
    };
  } finally {
    store.close();
  }
}

function openFolder({ outputFolder, shard = allCells, minimumFreeBytes }: BenchRun): Store {
  return openStore(outputFolder, minimumFreeBytes === undefined ? { shard } : { shard, minimumFreeBytes });
}

interface Session {
  readonly run: BenchRun;
  readonly store: Store;
  readonly environmentOf: (cell: PlannedCell) => Environment;
  readonly code: CodeState;
  readonly versions: Versions;
  readonly progress: Progress;
  readonly executors: Executors;
}

function requireChildCommand(run: BenchRun, cells: readonly PlannedCell[]): void {
  const isolated = cells.find((cell) => !['in-process', 'browser'].includes(run.isolation ?? cell.isolation));
  if (isolated === undefined || run.childCommand !== undefined) return;
  throw new UsageError(
    `The suite ${isolated.config.suite} wants cells in processes of their own, and runBench was given no childCommand.`,
  );
}

/** Whether a cell may run beside others: its profile allows it, and it has its own process. */
function mayShare(run: BenchRun, cell: PlannedCell): boolean {
  return cell.sideBySide && (run.isolation ?? cell.isolation) !== 'in-process';
}

/** What became of the cells that were open. */
interface Outcome {
  readonly ran: Record<Status, number>;
  readonly interrupted: boolean;
  /** What cells took inside, summed. */
  cellsMs: number;
  /** What slots worked longer than the clock says, because they worked at once. */
  waitingMs: number;
}

async function runBatches(session: Session, batches: readonly Batch[]): Promise<Outcome> {
  // What one slot cannot write ends the others as well.
  const failed = new AbortController();
  const own = session.run.signal;
  const interrupt = AbortSignal.any([failed.signal, session.store.lost, ...(own === undefined ? [] : [own])]);
  const ran = Object.fromEntries(statuses.map((status) => [status, 0])) as Record<Status, number>;
  const sums = { cellsMs: 0, waitingMs: 0 };
  try {
    const slotOf = new Map<string, number>();
    for (const { cells, slots } of batches) {
      const next = slots === 1 ? inOrder(cells) : scheduler(cells, slotOf);
      const started = performance.now();
      const work = async (slot: number): Promise<void> => {
        for (let cell = next(slot); cell !== undefined && !interrupt.aborted; cell = next(slot)) {
          // A cell that runs alone is run where its problem is compiled already.
          const place = slots === 1 ? (slotOf.get(affinityOf(cell)) ?? slot) : slot;
          const done = await runCell(session, cell, { slot: place, slots, interrupt });
          if (done === undefined) break;
          ran[done.status]++;
          sums.cellsMs += done.insideMs;
        }
        sums.waitingMs += performance.now() - started;
      };
      const runSlot = (slot: number): Promise<void> =>
        work(slot).catch((error) => {
          failed.abort();
          throw error;
        });
      const ends = await Promise.allSettled(Array.from({ length: slots }, (_, slot) => runSlot(slot)));
      const broken = ends.find((end) => end.status === 'rejected');
      if (broken !== undefined) throw broken.reason;
      sums.waitingMs -= performance.now() - started;
      if (interrupt.aborted) break;
    }
  } finally {
    session.progress.stop();
    await session.executors.close();
  }
  session.store.check();
  return { ran, interrupted: interrupt.aborted, ...sums };
}

/** A cell that ran once. */
interface Measured {
  readonly outcome: CellOutcome;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly cost: CellCost | undefined;
}

/** Runs one cell, again where the machine was too unsteady, and stores what came of it; undefined where the run was interrupted meanwhile. */
async function runCell(
  session: Session,
  cell: PlannedCell,
  {
    slot,
    slots,
    interrupt,
  }: { readonly slot: number; readonly slots: number; readonly interrupt: AbortSignal },
): Promise<{ readonly status: Status; readonly insideMs: number } | undefined> {
  const { run, progress } = session;
  progress.begin(cell);
  const isolation = cell.unsupported === undefined ? (run.isolation ?? cell.isolation) : 'none';
  const executors = session.executors.of(slot, session.environmentOf(cell));
  let insideMs = 0;
  const measure = async (): Promise<Measured> => {
    const startedAt = new Date().toISOString();
    const start = performance.now();
    const outcome = await outcomeFor(cell, isolation, executors, interrupt);
    const durationMs = performance.now() - start;
    const cost = outcome.kind === 'measured' ? outcome.cost : undefined;
    insideMs += cost?.wallMs ?? durationMs;
    return { outcome, startedAt, durationMs, cost };
  };
  let repeats = 0;
  let measured = await measure();
  while (isWorthRepeating(measured.outcome, { repeats, durationMs: measured.durationMs, slots })) {
    const again = await measure();
    // What goes wrong the second time takes nothing from what was measured the first time.
    if (again.outcome.kind !== 'measured' || again.outcome.measurement.status !== 'ok') break;
    repeats++;
    measured = again;
  }
  const { outcome, startedAt, durationMs, cost } = measured;
  if (outcome.kind === 'interrupted') return undefined;
  const endedBy = outcome.kind === 'measured' ? outcome.endedBy : undefined;
  const record = keep(session, cell, outcome, {
    endedBy,
    startedAt,
    durationMs,
    cpuMs: cost?.cpuMs,
    isolation,
    cellsAtOnce: isolation === 'none' ? 1 : slots,
    repeats,
  });
  progress.end({ cell, status: record.status, reason: record.reason, durationMs });
  return { status: record.status, insideMs };
}

async function outcomeFor(
  cell: PlannedCell,
  isolation: Isolation | 'none',
  executors: ReadonlyMap<Isolation, Executor>,
  interrupt: AbortSignal,
): Promise<CellOutcome> {
  if (isolation === 'none') {
    return {
      kind: 'measured',
      measurement: { status: 'unsupported', reason: cell.unsupported ?? 'not supported' },
    };
  }
  const executor = executors.get(isolation);
  if (executor === undefined) throw new Error(`internal: nothing runs cells with isolation ${isolation}.`);
  return executor.run(cell, interrupt);
}

/** Stores a result; a measurement that fails the schema is set aside, named, and recorded as an error. */
function keep(
  { store, environmentOf, code, versions, progress }: Session,
  cell: PlannedCell,
  outcome: Exclude<CellOutcome, { kind: 'interrupted' }>,
  run: Pick<
    RecordContext,
    'startedAt' | 'durationMs' | 'cpuMs' | 'endedBy' | 'isolation' | 'cellsAtOnce' | 'repeats'
  >,
): CellRecord {
  const context = {
    versionId: versions.idOf(cell),
    codeHash: versions.codeHashOf(cell),
    environment: environmentOf(cell),
    code,
    ...run,
  };
  if (outcome.kind === 'measured') return store.append(makeRecord(cell, outcome.measurement, context));
  const place = store.quarantine(outcome.content, outcome.problems);
  const problems = `${plural(outcome.problems.length, 'problem')}, first: ${outcome.problems[0] ?? ''}`;
  progress.note(`A measurement does not fit the schema (${problems}) and was kept as ${place}.`);
  const reason = `the measurement does not fit the schema (${problems}); it was kept as ${place}.`;
  return store.append(makeRecord(cell, { status: 'error', reason }, context));
}
