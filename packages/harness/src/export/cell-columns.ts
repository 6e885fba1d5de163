/** @file The columns of tables that have rows for records. */
import { canonicalJson } from '../cell/identity.ts';
import { deviceOf } from '../leaderboard/device.ts';
import type { Phase } from '../record/measurement.ts';
import { median } from '../statistics/describe.ts';
import { type ColumnOf, columnsOf, type Told } from './columns.ts';

/** What names a cell, in every table that has rows for records. */
export const keyColumns = columnsOf<Told>([
  ['cell_id', 'STRING', 'hash of the configuration', 'record.identity.cellId'],
  ['version_id', 'STRING', 'hash of measure version, code and device', 'record.identity.versionId'],
  ['attempt', 'INT64', 'how often the cell was tried with this version', 'record.identity.attempt'],
  [
    'current',
    'BOOLEAN',
    'whether it is the latest record of its cell on its device: only these are on boards',
    ({ current }) => current,
  ],
  ['suite', 'STRING', 'suite', 'record.config.suite'],
  ['problem', 'STRING', 'problem', 'record.config.problem'],
  ['method', 'STRING', 'method', 'record.config.method'],
  ['horizon', 'INT64', 'T, the number of inner steps', 'record.config.horizon'],
  ['dimension', 'INT64', 'p, the number of hyperparameters', 'record.config.dimension'],
  ['seed', 'INT64', 'the repetition; equal seeds share data and start', 'record.config.seed'],
  ['profile', 'STRING', 'profile of the run', 'record.config.profile'],
  ['pass', 'STRING', 'what was measured: gradient, memory, time, training …', 'record.config.pass'],
  ['device', 'STRING', 'adapter, or processor where none was used', ({ record }) => deviceOf(record).label],
]);

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

const ownColumns = columnsOf<Told>([
  [
    'parameters',
    'STRING',
    'free parameters, canonical JSON',
    ({ record }) => canonicalJson(record.config.parameters),
  ],
  ['status', 'STRING', 'ok, or how it ended', 'record.status'],
  ['reason', 'STRING', 'why it is not ok', 'record.reason'],
  ['failed_at_step', 'INT64', 'the step at which it failed', 'record.failedAtStep'],
  [
    'seeds',
    'STRING',
    'the derived seed of every random stream, JSON',
    ({ record }) => canonicalJson(record.seeds.derived),
  ],
  ['primary_phase', 'STRING', 'what the times are of', 'record.time.primaryPhase'],
  ['compile_ms', 'DOUBLE', 'building pipelines, milliseconds', 'record.time.compileMs'],
  [
    'time_ratio',
    'DOUBLE',
    "times of the phase taken in turns with it, median of the samples' ratios: what boards compare",
    timeRatio,
  ],
  [
    'baseline_ms',
    'DOUBLE',
    'that phase itself, median, milliseconds',
    (told) => {
      const other = besideSamples(told);
      return other && median(other);
    },
  ],
  [
    'time_median_ms',
    'DOUBLE',
    'primary phase as it was taken, median, milliseconds; not comparable between cells',
    (told) => primary(told)?.summary.median,
  ],
  ['time_q1_ms', 'DOUBLE', 'its first quartile', (told) => primary(told)?.summary.q1],
  ['time_q3_ms', 'DOUBLE', 'its third quartile', (told) => primary(told)?.summary.q3],
  ['time_mad_ms', 'DOUBLE', 'its median absolute deviation', (told) => primary(told)?.summary.mad],
  [
    'time_low_ms',
    'DOUBLE',
    'lower end of the interval of the median inside this cell',
    (told) => primary(told)?.summary.interval.low,
  ],
  ['time_high_ms', 'DOUBLE', 'upper end of it', (told) => primary(told)?.summary.interval.high],
  [
    'time_level',
    'DOUBLE',
    'the level of that interval; it says nothing of other cells',
    (told) => primary(told)?.summary.interval.level,
  ],
  ['time_samples', 'INT64', 'number of samples', (told) => primary(told)?.summary.count],
  ['evaluation_ms', 'DOUBLE', 'evaluation, kept out of the times', 'record.time.evaluationMs'],
  ['peak_bytes', 'INT64', 'most bytes alive at once in device buffers', 'record.memory.peakBytes'],
  ['predicted_peak_bytes', 'INT64', 'what the plan said before the run', 'record.memory.predictedPeakBytes'],
  ['host_rss_peak_bytes', 'INT64', 'most resident bytes of the process', 'record.memory.hostRssPeakBytes'],
  [
    'gradient_reference',
    'STRING',
    'method that the hypergradient is held against',
    'record.gradient.reference',
  ],
  ['gradient_cosine', 'DOUBLE', 'cosine to the exact hypergradient', 'record.gradient.cosine'],
  ['gradient_relative_error', 'DOUBLE', 'distance to it over its length', 'record.gradient.relativeError'],
  ['gradient_sign_agreement', 'DOUBLE', 'share of equal signs', 'record.gradient.signAgreement'],
  ['gradient_norm_ratio', 'DOUBLE', 'length over that of the exact one', 'record.gradient.normRatio'],
  [
    'reached_target_at_step',
    'INT64',
    'first step at which the target was reached',
    'record.training.reachedTargetAtStep',
  ],
  ['reached_target_at_ms', 'DOUBLE', 'milliseconds until then', 'record.training.reachedTargetAtMs'],
  ['kernel_family', 'STRING', 'family of a single kernel', 'record.kernel.family'],
  ['kernel_flops', 'DOUBLE', 'floating-point operations of one call', 'record.kernel.flops'],
  ['kernel_bytes_moved', 'DOUBLE', 'bytes that one call has to move', 'record.kernel.bytesMoved'],
  [
    'noise_verdict',
    'STRING',
    'quiet, noisy, or reject: times that are not to be used',
    'record.noise.verdict',
  ],
  ['noise_drift', 'DOUBLE', 'change of fixed work during the cell, a share', 'record.noise.drift'],
  [
    'cells_at_once',
    'INT64',
    'how many cells shared the machine',
    ({ record }) => record.run.cellsAtOnce ?? 1,
  ],
  ['adapter_backend', 'STRING', 'backend of the adapter', 'record.environment.stable.adapter.backend'],
  ['adapter_driver', 'STRING', 'driver of the adapter', 'record.environment.stable.adapter.driver'],
  ['cpu', 'STRING', 'processor', 'record.environment.stable.cpu.model'],
  [
    'os',
    'STRING',
    'operating system',
    ({ record: { environment } }) => `${environment.stable.os.platform} ${environment.stable.os.release}`,
  ],
  ['node', 'STRING', 'version of Node.js', 'record.environment.stable.node'],
  ['browser', 'STRING', 'the browser that it ran in', 'record.environment.stable.browser'],
  ['environment', 'STRING', 'hash of the whole environment', 'record.environment.fingerprint'],
  ['measure_version', 'INT64', 'version of what the numbers mean', 'record.identity.measureVersion'],
  ['code_hash', 'STRING', 'hash of the measured code', 'record.identity.codeHash'],
  ['commit', 'STRING', 'commit of the repository', 'record.code.commit'],
  ['dirty', 'BOOLEAN', 'whether there were changes on top of it', 'record.code.dirty'],
  ['started_at', 'TIMESTAMP', 'when it began, UTC', 'record.run.startedAt'],
  ['duration_ms', 'DOUBLE', 'the whole cell, milliseconds', 'record.run.durationMs'],
  ['cpu_ms', 'DOUBLE', 'processor time of its process', 'record.run.cpuMs'],
  ['isolation', 'STRING', 'in-process, worker, process, none', 'record.run.isolation'],
]);

/** One row a record, every attempt included. */
export const cellColumns: readonly ColumnOf<Told>[] = [...keyColumns, ...ownColumns];
