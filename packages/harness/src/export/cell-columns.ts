/** @file The columns of tables that have rows for records. */
import { canonicalJson } from '../cell/identity.ts';
import { deviceOf } from '../leaderboard/device.ts';
import type { Phase } from '../record/measurement.ts';
import { median } from '../statistics/describe.ts';
import { type ColumnOf, column, type Told } from './columns.ts';

/** What names a cell, in every table that has rows for records. */
export const keyColumns: readonly ColumnOf<Told>[] = [
  column('cell_id', 'STRING', 'hash of the configuration', ({ record }) => record.identity.cellId),
  column(
    'version_id',
    'STRING',
    'hash of measure version, code and device',
    ({ record }) => record.identity.versionId,
  ),
  column(
    'attempt',
    'INT64',
    'how often the cell was tried with this version',
    ({ record }) => record.identity.attempt,
  ),
  column(
    'current',
    'BOOLEAN',
    'whether it is the latest record of its cell on its device: only these are on boards',
    ({ current }) => current,
  ),
  column('suite', 'STRING', 'suite', ({ record }) => record.config.suite),
  column('problem', 'STRING', 'problem', ({ record }) => record.config.problem),
  column('method', 'STRING', 'method', ({ record }) => record.config.method),
  column('horizon', 'INT64', 'T, the number of inner steps', ({ record }) => record.config.horizon),
  column('dimension', 'INT64', 'p, the number of hyperparameters', ({ record }) => record.config.dimension),
  column(
    'seed',
    'INT64',
    'the repetition; equal seeds share data and start',
    ({ record }) => record.config.seed,
  ),
  column('profile', 'STRING', 'profile of the run', ({ record }) => record.config.profile),
  column(
    'pass',
    'STRING',
    'what was measured: gradient, memory, time, training …',
    ({ record }) => record.config.pass,
  ),
  column(
    'device',
    'STRING',
    'adapter, or processor where none was used',
    ({ record }) => deviceOf(record).label,
  ),
];

function primary({ record: { time } }: Told): Phase | undefined {
  return time?.phases[time.primaryPhase];
}

/** The samples of the phase that was timed in turns, where there are as many as of the primary one. */
function besideSamples({ record: { time }, beside }: Told): readonly number[] | undefined {
  if (time === undefined || beside === undefined) return undefined;
  const [own, other] = [time.phases[time.primaryPhase]?.samples ?? [], time.phases[beside]?.samples ?? []];
  return own.length > 0 && own.length === other.length ? other : undefined;
}

/** The multiple of what it was timed beside: the median of the samples' ratios, as on boards. */
export function timeRatio(told: Told): number | undefined {
  const other = besideSamples(told);
  const own = primary(told)?.samples ?? [];
  return other && median(own.map((ms, round) => ms / (other[round] as number)));
}

/** One row a record, every attempt included. */
export const cellColumns: readonly ColumnOf<Told>[] = [
  ...keyColumns,
  column('parameters', 'STRING', 'free parameters, canonical JSON', ({ record }) =>
    canonicalJson(record.config.parameters),
  ),
  column('status', 'STRING', 'ok, or how it ended', ({ record }) => record.status),
  column('reason', 'STRING', 'why it is not ok', ({ record }) => record.reason),
  column('failed_at_step', 'INT64', 'the step at which it failed', ({ record }) => record.failedAtStep),
  column('seeds', 'STRING', 'the derived seed of every random stream, JSON', ({ record }) =>
    canonicalJson(record.seeds.derived),
  ),
  column('primary_phase', 'STRING', 'what the times are of', ({ record }) => record.time?.primaryPhase),
  column('compile_ms', 'DOUBLE', 'building pipelines, milliseconds', ({ record }) => record.time?.compileMs),
  column(
    'time_ratio',
    'DOUBLE',
    "times of the phase taken in turns with it, median of the samples' ratios: what boards compare",
    timeRatio,
  ),
  column('baseline_ms', 'DOUBLE', 'that phase itself, median, milliseconds', (told) => {
    const other = besideSamples(told);
    return other && median(other);
  }),
  column(
    'time_median_ms',
    'DOUBLE',
    'primary phase as it was taken, median, milliseconds; not comparable between cells',
    (told) => primary(told)?.summary.median,
  ),
  column('time_q1_ms', 'DOUBLE', 'its first quartile', (told) => primary(told)?.summary.q1),
  column('time_q3_ms', 'DOUBLE', 'its third quartile', (told) => primary(told)?.summary.q3),
  column('time_mad_ms', 'DOUBLE', 'its median absolute deviation', (told) => primary(told)?.summary.mad),
  column(
    'time_low_ms',
    'DOUBLE',
    'lower end of the interval of the median inside this cell',
    (told) => primary(told)?.summary.interval.low,
  ),
  column('time_high_ms', 'DOUBLE', 'upper end of it', (told) => primary(told)?.summary.interval.high),
  column(
    'time_level',
    'DOUBLE',
    'the level of that interval; it says nothing of other cells',
    (told) => primary(told)?.summary.interval.level,
  ),
  column('time_samples', 'INT64', 'number of samples', (told) => primary(told)?.summary.count),
  column(
    'evaluation_ms',
    'DOUBLE',
    'evaluation, kept out of the times',
    ({ record }) => record.time?.evaluationMs,
  ),
  column(
    'peak_bytes',
    'INT64',
    'most bytes alive at once in device buffers',
    ({ record }) => record.memory?.peakBytes,
  ),
  column(
    'predicted_peak_bytes',
    'INT64',
    'what the plan said before the run',
    ({ record }) => record.memory?.predictedPeakBytes,
  ),
  column(
    'host_rss_peak_bytes',
    'INT64',
    'most resident bytes of the process',
    ({ record }) => record.memory?.hostRssPeakBytes,
  ),
  column(
    'gradient_reference',
    'STRING',
    'method that the hypergradient is held against',
    ({ record }) => record.gradient?.reference,
  ),
  column(
    'gradient_cosine',
    'DOUBLE',
    'cosine to the exact hypergradient',
    ({ record }) => record.gradient?.cosine,
  ),
  column(
    'gradient_relative_error',
    'DOUBLE',
    'distance to it over its length',
    ({ record }) => record.gradient?.relativeError,
  ),
  column(
    'gradient_sign_agreement',
    'DOUBLE',
    'share of equal signs',
    ({ record }) => record.gradient?.signAgreement,
  ),
  column(
    'gradient_norm_ratio',
    'DOUBLE',
    'length over that of the exact one',
    ({ record }) => record.gradient?.normRatio,
  ),
  column(
    'reached_target_at_step',
    'INT64',
    'first step at which the target was reached',
    ({ record }) => record.training?.reachedTargetAtStep,
  ),
  column(
    'reached_target_at_ms',
    'DOUBLE',
    'milliseconds until then',
    ({ record }) => record.training?.reachedTargetAtMs,
  ),
  column('kernel_family', 'STRING', 'family of a single kernel', ({ record }) => record.kernel?.family),
  column(
    'kernel_flops',
    'DOUBLE',
    'floating-point operations of one call',
    ({ record }) => record.kernel?.flops,
  ),
  column(
    'kernel_bytes_moved',
    'DOUBLE',
    'bytes that one call has to move',
    ({ record }) => record.kernel?.bytesMoved,
  ),
  column(
    'noise_verdict',
    'STRING',
    'quiet, noisy, or reject: times that are not to be used',
    ({ record }) => record.noise?.verdict,
  ),
  column(
    'noise_drift',
    'DOUBLE',
    'change of fixed work during the cell, a share',
    ({ record }) => record.noise?.drift,
  ),
  column(
    'cells_at_once',
    'INT64',
    'how many cells shared the machine',
    ({ record }) => record.run.cellsAtOnce ?? 1,
  ),
  column(
    'adapter_backend',
    'STRING',
    'backend of the adapter',
    ({ record }) => record.environment.stable.adapter?.backend,
  ),
  column(
    'adapter_driver',
    'STRING',
    'driver of the adapter',
    ({ record }) => record.environment.stable.adapter?.driver,
  ),
  column('cpu', 'STRING', 'processor', ({ record }) => record.environment.stable.cpu.model),
  column(
    'os',
    'STRING',
    'operating system',
    ({ record: { environment } }) => `${environment.stable.os.platform} ${environment.stable.os.release}`,
  ),
  column('node', 'STRING', 'version of Node.js', ({ record }) => record.environment.stable.node),
  column(
    'browser',
    'STRING',
    'the browser that it ran in',
    ({ record }) => record.environment.stable.browser,
  ),
  column(
    'environment',
    'STRING',
    'hash of the whole environment',
    ({ record }) => record.environment.fingerprint,
  ),
  column(
    'measure_version',
    'INT64',
    'version of what the numbers mean',
    ({ record }) => record.identity.measureVersion,
  ),
  column('code_hash', 'STRING', 'hash of the measured code', ({ record }) => record.identity.codeHash),
  column('commit', 'STRING', 'commit of the repository', ({ record }) => record.code.commit),
  column('dirty', 'BOOLEAN', 'whether there were changes on top of it', ({ record }) => record.code.dirty),
  column('started_at', 'TIMESTAMP', 'when it began, UTC', ({ record }) => record.run.startedAt),
  column('duration_ms', 'DOUBLE', 'the whole cell, milliseconds', ({ record }) => record.run.durationMs),
  column('cpu_ms', 'DOUBLE', 'processor time of its process', ({ record }) => record.run.cpuMs),
  column('isolation', 'STRING', 'in-process, worker, process, none', ({ record }) => record.run.isolation),
];
