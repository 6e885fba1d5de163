import type { PlannedCell } from '../cell/cell-list.ts';
import type { Measurement } from './measurement.ts';
import { type CellRecord, type CodeState, type Environment, schemaVersion } from './record.ts';

/** What surrounds a measurement. */
export interface RecordContext {
  readonly versionId: string;
  readonly codeHash: string;
  readonly environment: Environment;
  readonly code: CodeState;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly cpuMs?: number | undefined;
  readonly endedBy?: string | undefined;
  readonly isolation: CellRecord['run']['isolation'];
  /** How many cells shared the machine; recorded where it is more than one. */
  readonly cellsAtOnce: number;
  /** How often the cell was measured again because the machine was too unsteady; recorded where it was. */
  readonly repeats?: number;
}

/** Puts a record together. The attempt's number is given by the store, when it is written. */
export function makeRecord(cell: PlannedCell, measurement: Measurement, context: RecordContext): CellRecord {
  const { status, reason, ...measured } = measurement;
  return {
    schemaVersion,
    kind: 'cell',
    identity: {
      cellId: cell.cellId,
      versionId: context.versionId,
      measureVersion: cell.measureVersion,
      codeHash: context.codeHash,
      attempt: 1,
    },
    config: {
      ...cell.config,
      parameters: structuredClone(cell.config.parameters) as CellRecord['config']['parameters'],
    },
    seeds: {
      derived: { ...cell.seeds.derived },
      axes: Object.fromEntries(Object.entries(cell.seeds.axes).map(([stream, axes]) => [stream, [...axes]])),
    },
    ...(cell.tuning === undefined
      ? {}
      : { tuning: structuredClone(cell.tuning) as NonNullable<CellRecord['tuning']> }),
    status,
    reason: reason ?? null,
    ...measured,
    environment: context.environment,
    code: context.code,
    run: {
      startedAt: context.startedAt,
      durationMs: roundedMs(context.durationMs),
      ...(context.cpuMs === undefined ? {} : { cpuMs: roundedMs(context.cpuMs) }),
      ...(context.endedBy === undefined ? {} : { endedBy: context.endedBy }),
      isolation: context.isolation,
      ...(context.cellsAtOnce > 1 ? { cellsAtOnce: context.cellsAtOnce } : {}),
      ...((context.repeats ?? 0) > 0 ? { repeats: context.repeats } : {}),
    },
  };
}

/** Milliseconds to the nanosecond: what lies below is the last bits of a double, not time. */
export function roundedMs(ms: number): number {
  return Math.round(ms * 1e6) / 1e6;
}

/** A number for a record: `null` for NaN and infinities, which JSON cannot hold. */
export function finiteOrNull(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
