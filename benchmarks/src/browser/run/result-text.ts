/** @file What a record came to, on one line of the page's table. */
import {
  bytesText,
  type CellRecord,
  cosineText,
  duration,
  metricOfProblem,
  metricValueText,
  numberText,
  type Suite,
  timesText,
  timeText,
} from '@longhorizon/harness/browser';

/** The cells of a row, under {@link resultColumns}. */
export function resultRow(record: CellRecord, suite: Suite): readonly string[] {
  const { config, status, run } = record;
  const { problem, method, horizon, dimension, seed, pass } = config;
  const numbers = [horizon, dimension, seed].map((number) => number.toLocaleString('en'));
  return [problem, method, ...numbers, pass, resultText(record, suite), status, duration(run.durationMs)];
}

/** The heads of the table. */
export const resultColumns = ['Problem', 'Method', 'T', 'p', 'Seed', 'Pass', 'Result', 'Status', 'Took'];

/** `cosine 0.994, error 0.11`, `1.8 × inner steps, 4.2 ms`, `12.3 KiB`; the reason where there is no result. */
function resultText(record: CellRecord, suite: Suite): string {
  const { config, gradient, memory, time, training, reason } = record;
  if (record.status !== 'ok') return reason ?? '';
  if (gradient !== undefined)
    return `cosine ${cosineText(gradient.cosine ?? undefined)}, error ${numberText(gradient.relativeError)}`;
  if (time !== undefined) {
    const phase = time.phases[time.primaryPhase];
    const beside = suite.timedBeside && time.phases[suite.timedBeside.phase];
    const [own, other] = [phase?.summary.median, beside?.summary.median];
    const times = own && other ? `${timesText(own / other)} ${suite.timedBeside?.title}, ` : '';
    return `${times}${timeText(own)}`;
  }
  if (memory !== undefined) {
    const exactly = memory.predictedPeakBytes === memory.peakBytes ? ', as predicted' : '';
    return `${bytesText(memory.peakBytes)}${exactly}`;
  }
  const spec = metricOfProblem(suite, config.problem);
  const value = spec && training?.final[spec.name];
  return spec === undefined || value == null ? '' : `${spec.title} ${metricValueText(spec, value)}`;
}
