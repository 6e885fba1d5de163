import { createHash } from 'node:crypto';
import { canonicalJson } from '../cell/identity.ts';
import { deviceOf } from '../leaderboard/device.ts';
import { currentKey, orderOf } from '../leaderboard/rows.ts';
import { attemptKey, type CellRecord } from '../record/record.ts';

/** A cell of a table; null where a record has nothing to say. */
export type Value = string | number | boolean | null;

/** One column of a table, with a type that CSV readers and Parquet agree on. */
export interface Column {
  readonly name: string;
  readonly type: 'STRING' | 'DOUBLE' | 'BOOLEAN';
}

/** A table: its columns are known, its rows are made from the records one at a time. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly count: number;
  readonly rowsOf: (record: CellRecord) => readonly Row[];
}

/** Records that can be gone through more than once: a list, or a reader of files. */
export type Records = Iterable<CellRecord>;

/** What going through the records once tells. */
export interface Survey {
  readonly records: number;
  /** Hash of which records there are, in their order. */
  readonly key: string;
  readonly tables: readonly Table[];
}

/** Finds the columns of all tables from records that are handed to it one at a time. */
export interface TableSurvey {
  add(record: CellRecord): void;
  end(): Survey;
}

/** Goes through the records once to find the columns of all tables: one row per record, per raw sample, per point of a learning curve, per task score. */
export function surveyTables(records: Records): Survey {
  const survey = tableSurvey();
  for (const record of records) survey.add(record);
  return survey.end();
}

/** As {@link surveyTables}, for whoever goes through the records for something else as well. */
export function tableSurvey(): TableSurvey {
  const current = new Map<string, string>();
  const isCurrent = (record: CellRecord): boolean => current.get(currentKey(record)) === orderOf(record);
  const kinds: readonly Pick<Table, 'name' | 'rowsOf'>[] = [
    { name: 'cells', rowsOf: (record) => [cellRow(record, isCurrent(record))] },
    { name: 'samples', rowsOf: sampleRows },
    { name: 'curves', rowsOf: curveRows },
  ];
  const tables = kinds.map((kind) => ({ ...kind, columns: new Map<string, FoundColumn>(), count: 0 }));
  const key = createHash('sha256');
  let count = 0;
  return {
    add: (record) => {
      count++;
      key.update(attemptKey(record));
      const [cell, order] = [currentKey(record), orderOf(record)];
      const known = current.get(cell);
      if (known === undefined || order > known) current.set(cell, order);
      for (const table of tables) {
        for (const row of table.rowsOf(record)) {
          table.count++;
          addColumns(table.columns, row);
        }
      }
    },
    end: () => ({
      records: count,
      key: key.digest('hex'),
      tables: tables.map((table) => ({ ...table, columns: [...table.columns.values()] })),
    }),
  };
}

interface FoundColumn extends Column {
  /** Whether a value has said what the type is. */
  readonly isSettled: boolean;
}

/** Columns in the order in which rows first name them; a column's type is that of its first value. */
function addColumns(columns: Map<string, FoundColumn>, row: Row): void {
  for (const [name, value] of Object.entries(row)) {
    const known = columns.get(name);
    if (known?.isSettled === true) continue;
    const isSettled = value !== null && value !== undefined;
    if (known === undefined || isSettled) columns.set(name, { name, type: typeOf(value), isSettled });
  }
}

function typeOf(value: Value | undefined): Column['type'] {
  return typeof value === 'number' ? 'DOUBLE' : typeof value === 'boolean' ? 'BOOLEAN' : 'STRING';
}

/** A row of a table, by column. */
export type Row = Readonly<Record<string, Value | undefined>>;

/** One row per record, every attempt included; `current` marks those that leaderboards use. */
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
function sampleRows(record: CellRecord): readonly Row[] {
  return Object.entries(record.time?.phases ?? {}).flatMap(([phase, { clock, samples }]) =>
    samples.map((ms, index) => ({ ...keyOf(record), phase, clock, index, ms })),
  );
}

/** Learning curves, and the final scores task by task as `<metric> of task`. */
function curveRows(record: CellRecord): readonly Row[] {
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
