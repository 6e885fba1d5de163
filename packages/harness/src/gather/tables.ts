import { deviceOf } from '../board/device.ts';
import { currentRecords } from '../board/row.ts';
import { canonicalJson } from '../cell/identity.ts';
import type { CellRecord } from '../record/record.ts';

/** A cell of a table; null where a record has nothing to say. */
export type Value = string | number | boolean | null;

/** One column of a table, with a type that CSV readers and Parquet agree on. */
export interface Column {
  readonly name: string;
  readonly type: 'STRING' | 'DOUBLE' | 'BOOLEAN';
  readonly values: readonly Value[];
}

/** A table, column by column. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

/** All tables: one row per record, per raw sample, per point of a learning curve, per task score. */
export function tablesOf(records: readonly CellRecord[]): readonly Table[] {
  return [cellsTable(records), samplesTable(records), curvesTable(records)];
}

type Row = Readonly<Record<string, Value | undefined>>;

/** One row per record, every attempt included; `current` marks those that boards use. */
export function cellsTable(records: readonly CellRecord[]): Table {
  const current = new Set(currentRecords(records));
  return tableOf(
    'cells',
    records.map((record) => cellRow(record, current.has(record))),
  );
}

function cellRow(record: CellRecord, current: boolean): Row {
  const { identity, config, environment, code, run, memory, gradient, training, time, kernel, noise } =
    record;
  const { adapter, cpu, os, node } = environment.stable;
  return {
    cell_id: identity.cellId,
    version_id: identity.versionId,
    attempt: identity.attempt,
    current,
    suite: config.suite,
    problem: config.problem,
    method: config.method,
    horizon: config.horizon,
    dimension: config.dimension,
    seed: config.seed,
    profile: config.profile,
    pass: config.pass,
    parameters: canonicalJson(config.parameters),
    status: record.status,
    reason: record.reason,
    failed_at_step: record.failedAtStep,
    ...named('seed', record.seeds.derived),
    compile_ms: time?.compileMs,
    primary_phase: time?.primaryPhase,
    ...phaseColumns(record),
    evaluation_ms: time?.evaluationMs,
    peak_bytes: memory?.peakBytes,
    predicted_peak_bytes: memory?.predictedPeakBytes,
    ...named('peak_bytes', memory?.peakBytesByClass),
    host_rss_peak_bytes: memory?.hostRssPeakBytes,
    gradient_reference: gradient?.reference,
    gradient_cosine: gradient?.cosine,
    gradient_relative_error: gradient?.relativeError,
    gradient_sign_agreement: gradient?.signAgreement,
    gradient_norm_ratio: gradient?.normRatio,
    ...named('final', training?.final),
    reached_target_at_step: training?.reachedTargetAtStep,
    reached_target_at_ms: training?.reachedTargetAtMs,
    ...named('counter', record.counters),
    ...named('variant', record.kernelVariants),
    kernel_family: kernel?.family,
    kernel_flops: kernel?.flops,
    kernel_bytes_moved: kernel?.bytesMoved,
    noise_verdict: noise?.verdict,
    noise_drift: noise?.drift,
    device: deviceOf(record).label,
    adapter_backend: adapter?.backend,
    adapter_driver: adapter?.driver,
    cpu: cpu.model,
    os: `${os.platform} ${os.release}`,
    node,
    environment: environment.fingerprint,
    measure_version: identity.measureVersion,
    code_hash: identity.codeHash,
    commit: code.commit,
    dirty: code.dirty,
    started_at: run.startedAt,
    duration_ms: run.durationMs,
    cpu_ms: run.cpuMs,
    isolation: run.isolation,
  };
}

function phaseColumns({ time }: CellRecord): Row {
  if (time === undefined) return {};
  const summary = time.phases[time.primaryPhase]?.summary;
  return {
    time_median_ms: summary?.median,
    time_q1_ms: summary?.q1,
    time_q3_ms: summary?.q3,
    time_mad_ms: summary?.mad,
    time_low_ms: summary?.interval.low,
    time_high_ms: summary?.interval.high,
    time_samples: summary?.count,
  };
}

function named(prefix: string, values: Readonly<Record<string, Value>> | undefined): Row {
  const entries = Object.entries(values ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, value]) => [`${prefix}_${name}`, value]));
}

/** Raw samples of every phase, in the order in which they were taken. */
export function samplesTable(records: readonly CellRecord[]): Table {
  const rows = records.flatMap((record) =>
    Object.entries(record.time?.phases ?? {}).flatMap(([phase, { clock, samples }]) =>
      samples.map((ms, index) => ({ ...keyOf(record), phase, clock, index, ms })),
    ),
  );
  return tableOf('samples', rows);
}

/** Learning curves, and the final scores task by task as `<metric> of task`. */
export function curvesTable(records: readonly CellRecord[]): Table {
  const rows = records.flatMap((record) => {
    const points = (record.training?.curve ?? []).flatMap(({ step, timeMs, metrics }) =>
      Object.entries(metrics).map(([metric, value]) => ({
        ...keyOf(record),
        metric,
        step,
        time_ms: timeMs,
        value,
      })),
    );
    const tasks = Object.entries(record.training?.finalSamples ?? {}).flatMap(([metric, scores]) =>
      scores.map((value, step) => ({
        ...keyOf(record),
        metric: `${metric} of task`,
        step,
        time_ms: null,
        value,
      })),
    );
    return [...points, ...tasks];
  });
  return tableOf('curves', rows);
}

function keyOf({ identity, config }: CellRecord): Row {
  const { suite, problem, method, horizon, dimension, seed, pass } = config;
  return {
    cell_id: identity.cellId,
    version_id: identity.versionId,
    attempt: identity.attempt,
    suite,
    problem,
    method,
    horizon,
    dimension,
    seed,
    pass,
  };
}

/** Columns in the order in which rows first name them; a column's type is that of its values. */
function tableOf(name: string, rows: readonly Row[]): Table {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((column) => {
    const values = rows.map((row) => row[column] ?? null);
    return { name: column, type: typeOf(values), values };
  });
  return { name, columns };
}

function typeOf(values: readonly Value[]): Column['type'] {
  const some = values.find((value) => value !== null);
  return typeof some === 'number' ? 'DOUBLE' : typeof some === 'boolean' ? 'BOOLEAN' : 'STRING';
}
