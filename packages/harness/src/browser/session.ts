/** @file A run that a page drives by itself: no program on the machine, records kept by the browser, resumable at any moment. */
import type { PlannedCell } from '../cell/cell-list.ts';
import { type CellConfig, describeCell } from '../cell/config.ts';
import { makeRecord } from '../record/build.ts';
import type { Measurement } from '../record/measurement.ts';
import { type CellRecord, type CodeState, checkRecord, type Environment } from '../record/record.ts';
import { isWorthRepeating } from '../run/again.ts';
import { stands, type Versions, versionsOf } from '../run/answers.ts';
import type { CellOutcome } from '../run/cell-runner.ts';
import { noteHidden } from './page.ts';
import type { WorkerExecutor } from './worker-executor.ts';

/** Where a page keeps its records between visits: one value a cell and version. */
export interface Shelf {
  /** What lies there, whatever it is. */
  load(): Promise<readonly unknown[]>;
  /** Keeps a record; settles when it would be there after the tab is closed. */
  put(key: string, record: CellRecord): Promise<void>;
}

/** What a session works with. */
export interface SessionOptions {
  readonly cells: readonly PlannedCell[];
  readonly environment: Environment;
  readonly codeHashOf: (config: CellConfig) => string;
  readonly code: CodeState;
  readonly executor: WorkerExecutor;
  readonly shelf: Shelf;
  /** Whether the page cannot be seen just now: browsers may slow it down then. */
  readonly isHidden: () => boolean;
}

/** What happens, for the page to show. */
export interface SessionEvents {
  readonly begin: (cell: PlannedCell) => void;
  readonly end: (record: CellRecord, cell: PlannedCell) => void;
  readonly note: (sentence: string) => void;
}

/** How a session ended. `stopped` says why in a sentence; nothing that was finished is lost. */
export type SessionEnd =
  | { readonly kind: 'done' | 'paused' }
  | { readonly kind: 'stopped'; readonly sentence: string };

/** A run of a page. */
export interface Session {
  /** Cells that have a record, from earlier visits or now, in the order of the list. */
  records(): readonly CellRecord[];
  /** Cells without one. */
  open(): readonly PlannedCell[];
  /** Runs what is open until it is done, the signal says stop, or something is in the way. May be called again. */
  run(signal: AbortSignal, events: SessionEvents): Promise<SessionEnd>;
}

/** So many cells in a row that lost the device end a session: the machine has something to say. */
const mostLost = 3;

/** Looks at what was measured before on this device by this code, and is ready to run the rest. What cannot be read is left alone. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { cells, environment, codeHashOf, shelf } = options;
  const versions = versionsOf(codeHashOf, () => environment);
  const keyOf = (cell: PlannedCell): string => `${cell.cellId} ${versions.idOf(cell)}`;
  const known = new Map<string, CellRecord>();
  for (const kept of await shelf.load()) {
    const checked = checkRecord(kept);
    if (!checked.ok) continue;
    const { cellId, versionId } = checked.value.identity;
    known.set(`${cellId} ${versionId}`, checked.value);
  }
  const answerOf = (cell: PlannedCell): CellRecord | undefined => {
    const record = known.get(keyOf(cell));
    return stands(record, { retry: ['device-lost'] }) ? record : undefined;
  };
  return {
    records: () => cells.flatMap((cell) => answerOf(cell) ?? known.get(keyOf(cell)) ?? []),
    open: () => cells.filter((cell) => answerOf(cell) === undefined),
    run: (signal, events) =>
      runOpen(
        options,
        versions,
        { signal, events, open: cells.filter((cell) => answerOf(cell) === undefined) },
        {
          keep: async (cell, record) => {
            known.set(keyOf(cell), record);
            await shelf.put(keyOf(cell), record);
          },
        },
      ),
  };
}

async function runOpen(
  options: SessionOptions,
  versions: Versions,
  {
    signal,
    events,
    open,
  }: { readonly signal: AbortSignal; readonly events: SessionEvents; readonly open: readonly PlannedCell[] },
  { keep }: { readonly keep: (cell: PlannedCell, record: CellRecord) => Promise<void> },
): Promise<SessionEnd> {
  let lost = 0;
  for (const cell of open) {
    if (signal.aborted) return { kind: 'paused' };
    events.begin(cell);
    let record = await measure(cell, options, versions, signal);
    if (record?.status === 'device-lost' && !signal.aborted) {
      events.note(
        `The device was lost at ${describeCell(cell.config)} (${record.reason}). It is opened anew, and the cell measured once more.`,
      );
      await options.executor.close();
      const trouble = await troubleOfReopening(options);
      if (trouble !== undefined) return { kind: 'stopped', sentence: trouble };
      record = await measure(cell, options, versions, signal);
    }
    if (record === undefined) return { kind: 'paused' };
    lost = record.status === 'device-lost' ? lost + 1 : 0;
    try {
      await keep(cell, record);
    } catch (error) {
      events.end(record, cell);
      return { kind: 'stopped', sentence: fullText(error) };
    }
    events.end(record, cell);
    if (lost === mostLost) return { kind: 'stopped', sentence: lostText(record.reason) };
  }
  return { kind: 'done' };
}

/** Why the device that was lost cannot be measured on any more: there is none, or the browser now gives another, whose records would be called by the wrong name. */
async function troubleOfReopening({ executor, environment }: SessionOptions): Promise<string | undefined> {
  const kept = 'What is finished is kept: reload the page, and start again';
  try {
    const found = await executor.describe();
    if (found.fingerprint === environment.fingerprint) return undefined;
    const { description = '', device = '', vendor = '' } = found.stable.adapter ?? {};
    return `The device was lost, and the browser now gives another one (${description || device || vendor || 'without a name'}). ${kept}.`;
  } catch (error) {
    const { message } = error as Error;
    return `The device was lost, and cannot be opened again: ${message} ${kept}, if need be after the browser was started anew.`;
  }
}

function fullText(error: unknown): string {
  const { name, message } = error as Error;
  const why =
    name === 'QuotaExceededError' ? 'its space for this site is used up' : `it says ${name}: ${message}`;
  return (
    `The browser keeps no more records (${why}). All of them are still here: download them before you close this page, ` +
    'then free space or leave private browsing, and start again.'
  );
}

function lostText(reason: string | null): string {
  return (
    `The device was lost in ${mostLost} cells one after another (${reason ?? 'without a reason'}). What is finished is kept. ` +
    'Close what else uses the GPU, reload the page and start again: those cells are measured anew.'
  );
}

/** An outcome and when it was measured. */
interface Measured {
  readonly outcome: Exclude<CellOutcome, { readonly kind: 'interrupted' }>;
  readonly startedAt: string;
  readonly durationMs: number;
}

/** Runs one cell, again where the machine was too unsteady; undefined where the run was paused meanwhile. */
async function measure(
  cell: PlannedCell,
  options: SessionOptions,
  versions: Versions,
  signal: AbortSignal,
): Promise<CellRecord | undefined> {
  let measured = await measureOnce(cell, options, signal);
  let repeats = 0;
  while (
    measured !== undefined &&
    isWorthRepeating(measured.outcome, { repeats, durationMs: measured.durationMs, slots: 1 })
  ) {
    const again = await measureOnce(cell, options, signal);
    // What goes wrong the second time takes nothing from what was measured the first time.
    if (again?.outcome.kind !== 'measured' || again.outcome.measurement.status !== 'ok') break;
    measured = again;
    repeats++;
  }
  if (measured === undefined) return undefined;
  const { outcome, startedAt, durationMs } = measured;
  const measurement: Measurement =
    outcome.kind === 'measured'
      ? outcome.measurement
      : { status: 'error', reason: `the measurement does not fit the schema: ${outcome.problems[0] ?? ''}` };
  return makeRecord(cell, measurement, {
    versionId: versions.idOf(cell),
    codeHash: versions.codeHashOf(cell),
    environment: options.environment,
    code: options.code,
    startedAt,
    durationMs,
    cpuMs: outcome.kind === 'measured' ? outcome.cost?.cpuMs : undefined,
    isolation: cell.unsupported === undefined ? 'browser' : 'none',
    cellsAtOnce: 1,
    repeats,
  });
}

async function measureOnce(
  cell: PlannedCell,
  { executor, isHidden }: SessionOptions,
  signal: AbortSignal,
): Promise<Measured | undefined> {
  const startedAt = new Date().toISOString();
  if (cell.unsupported !== undefined) {
    const measurement: Measurement = { status: 'unsupported', reason: cell.unsupported };
    return { outcome: { kind: 'measured', measurement }, startedAt, durationMs: 0 };
  }
  const start = performance.now();
  const wasHidden = isHidden();
  const given = await executor.run(cell, signal);
  const outcome = wasHidden || isHidden() ? noteHidden(given) : given;
  if (outcome.kind === 'interrupted') return undefined;
  return { outcome, startedAt, durationMs: performance.now() - start };
}
