import type { PlannedCell } from '../cell/cell-list.ts';
import type { Status } from '../cell/config.ts';
import { type Measurement, measurementSchema } from '../record/measurement.ts';
import { check } from '../record/record.ts';
import type { CellCost } from './cost.ts';

/** What a cell is run with, besides its configuration. */
export interface CellContext {
  readonly cellId: string;
  /** One unsigned 32-bit seed per stream; see the suite's `seedAxes`. */
  readonly seeds: Readonly<Record<string, number>>;
  /** What was given with `--adapter`; undefined when nothing was. */
  readonly adapter: string | undefined;
  /** Aborted when the cell's time is over or the run was interrupted. */
  readonly signal: AbortSignal;
}

/** Runs one cell. May throw: what is thrown becomes the cell's result (see {@link CellFailure}). */
export type RunCell = (config: PlannedCell['config'], context: CellContext) => Promise<Measurement>;

/** Throw this from a cell to end it with a status: `throw new CellFailure('oom', 'needs 3 GiB of 2 GiB')`. */
export class CellFailure extends Error {
  override readonly name = 'CellFailure';
  readonly status: Exclude<Status, 'ok'>;
  readonly failedAtStep: number | undefined;

  constructor(status: Exclude<Status, 'ok'>, reason: string, failedAtStep?: number) {
    super(reason);
    this.status = status;
    this.failedAtStep = failedAtStep;
  }
}

/** Recognises errors of the caller's own libraries; undefined leaves the error an `error`. */
export type ClassifyError = (error: unknown) => CellFailure | undefined;

/** The measurement that an error stands for. */
export function measurementOf(error: unknown, classify?: ClassifyError): Measurement {
  const failure = error instanceof CellFailure ? error : classify?.(error);
  if (failure !== undefined) {
    const step = failure.failedAtStep === undefined ? {} : { failedAtStep: failure.failedAtStep };
    return { status: failure.status, reason: failure.message || failure.status, ...step };
  }
  if (error instanceof Error) {
    const place = error.stack
      ?.split('\n')
      .find((line) => line.trim().startsWith('at '))
      ?.trim();
    return {
      status: 'error',
      reason: `${error.name}: ${error.message}${place === undefined ? '' : ` (${place})`}`,
    };
  }
  return { status: 'error', reason: `a cell threw ${String(error)}` };
}

/** A measurement that fits the schema, or what came instead and why it does not fit. */
export type CellOutcome =
  | {
      readonly kind: 'measured';
      readonly measurement: Measurement;
      /** What the cell itself took; absent if its process died first. */
      readonly cost?: CellCost;
      /** The signal that ended its process, where nothing else is known of why; such a result does not stand. */
      readonly endedBy?: string;
    }
  | { readonly kind: 'malformed'; readonly content: string; readonly problems: readonly string[] }
  | { readonly kind: 'interrupted' };

/** Holds what a cell returned against the schema. */
export function outcomeOf(returned: unknown): CellOutcome {
  const result = check(measurementSchema, returned);
  if (result.ok) return { kind: 'measured', measurement: result.value };
  return { kind: 'malformed', content: textOf(returned), problems: result.problems };
}

/** The outcome with a note, where there is a measurement to hold it. */
export function withNote(outcome: CellOutcome, note: string): CellOutcome {
  if (outcome.kind !== 'measured') return outcome;
  const { measurement } = outcome;
  return { ...outcome, measurement: { ...measurement, notes: [...(measurement.notes ?? []), note] } };
}

/** NaN and infinities are spelt out: they are the usual reason why a measurement does not fit. */
function textOf(value: unknown): string {
  const text = JSON.stringify(
    value,
    (_, item) => (typeof item === 'number' && !Number.isFinite(item) ? String(item) : item),
    2,
  );
  return text ?? String(value);
}

/** What runs cells of one isolation. */
export interface Executor {
  /** Never rejects: everything that goes wrong with a cell is an outcome. */
  run(cell: PlannedCell, signal: AbortSignal): Promise<CellOutcome>;
  /** Ends processes that are still there. */
  close(): Promise<void>;
}

/** The reason recorded when a cell's time is over. */
export function timeoutMeasurement(cell: PlannedCell, note?: string): Measurement {
  const seconds = cell.timeoutMs / 1000;
  return {
    status: 'timeout',
    reason: `stopped after ${seconds} s, the limit of the profile ${cell.config.profile}.`,
    ...(note === undefined ? {} : { notes: [note] }),
  };
}
