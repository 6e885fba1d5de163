/**
 * @file What cannot be, whatever the device: times below any hardware, bytes below the numbers they hold, statistics that the samples do not give.
 * The limits lie far beyond what exists; they find slips and made-up numbers, not small advantages.
 */
import { metricOfProblem, type Suite } from '../cell/suite.ts';
import { isShare } from '../leaderboard/row-text.ts';
import type { GradientSection, Phase } from '../record/measurement.ts';
import type { CellRecord } from '../record/record.ts';
import { summarise } from '../record/summarise.ts';

/** Operations per second in float32: the fastest device of 2026 does about a fifth of a petaflop. */
const mostFlopsPerSecond = 2e15;
/** Bytes per second from the nearest cache of all units together. */
const mostBytesPerSecond = 1e14;
/** Devices start a dispatch in some hundred nanoseconds; ours take a microsecond and more. */
const leastMsPerDispatch = 2e-5;
/** How far rounding moves what two ways of computing it should agree on. */
const rounding = 1e-6;

/** Why the numbers of a record cannot be, as sentences. */
export function physicalProblems(record: CellRecord, suites: readonly Suite[]): readonly string[] {
  return [
    ...timeProblems(record),
    ...memoryProblems(record),
    ...(record.gradient === undefined ? [] : gradientProblems(record.gradient)),
    ...trainingProblems(record, suites),
  ];
}

function timeProblems({ time, counters, kernel, run }: CellRecord): readonly string[] {
  if (time === undefined) return [];
  const problems: string[] = [];
  const phase = time.phases[time.primaryPhase];
  if (phase === undefined) problems.push(`time.primaryPhase: there is no phase ${time.primaryPhase}.`);
  for (const [name, { samples, summary, clock }] of Object.entries(time.phases)) {
    const place = `time.phases.${name}`;
    if (samples.some((ms) => !(ms > 0)) && clock === 'host')
      problems.push(`${place}: a sample of zero or less, which no clock gives for work.`);
    if (!agrees(summarise(samples, summary.interval.level), summary))
      problems.push(`${place}.summary: not what the samples give; one of them was changed.`);
    const total = samples.reduce((sum, ms) => sum + ms, 0);
    // Cells of kernels share the rounds of one process, and their own clock does not hold them.
    if (kernel === undefined && clock === 'host' && total > run.durationMs * (1 + rounding))
      problems.push(
        `${place}: its samples add up to ${total.toPrecision(4)} ms, and the whole cell took ${run.durationMs.toPrecision(4)} ms.`,
      );
  }
  const fastest = phase === undefined ? Number.NaN : Math.min(...positive(phase));
  const floor = (what: string, ms: number): void => {
    if (fastest < ms)
      problems.push(
        `time.phases.${time.primaryPhase}: ${fastest.toPrecision(3)} ms for ${what}, which takes at least ${ms.toPrecision(3)} ms on any device.`,
      );
  };
  if (counters?.dispatches !== undefined && kernel === undefined)
    floor(`${counters.dispatches} dispatches`, counters.dispatches * leastMsPerDispatch);
  if (kernel?.flops) floor(`${kernel.flops} operations`, (1000 * kernel.flops) / mostFlopsPerSecond);
  if (kernel?.bytesMoved)
    floor(`${kernel.bytesMoved} bytes`, (1000 * kernel.bytesMoved) / mostBytesPerSecond);
  return problems;
}

const positive = ({ samples }: Phase): readonly number[] => samples.filter((ms) => ms > 0);

/** Whether two summaries say the same up to rounding. */
function agrees(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return Math.abs(a - b) <= rounding * Math.max(Math.abs(a), Math.abs(b));
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [own, other] = [Object.entries(a), b as Readonly<Record<string, unknown>>];
  return own.length === Object.keys(other).length && own.every(([key, value]) => agrees(value, other[key]));
}

function memoryProblems({ memory, config }: CellRecord): readonly string[] {
  if (memory === undefined) return [];
  const problems: string[] = [];
  const { peakBytes, peakBytesByClass } = memory;
  const least = 4 * config.dimension;
  if (peakBytes < least)
    problems.push(
      `memory.peakBytes: ${peakBytes} bytes, and ${config.dimension} numbers alone take ${least}.`,
    );
  const sum = Object.values(peakBytesByClass ?? { all: peakBytes }).reduce(
    (total, bytes) => total + bytes,
    0,
  );
  if (sum !== peakBytes)
    problems.push(`memory.peakBytes: ${peakBytes} bytes, and its classes add up to ${sum}.`);
  return problems;
}

function gradientProblems(gradient: GradientSection): readonly string[] {
  const { cosine, relativeError, normRatio, signAgreement } = gradient;
  const problems: string[] = [];
  if (cosine !== null && Math.abs(cosine) > 1 + rounding)
    problems.push(`gradient.cosine: ${cosine} is outside −1 to 1.`);
  if (signAgreement != null && (signAgreement < 0 || signAgreement > 1))
    problems.push(`gradient.signAgreement: ${signAgreement} is outside 0 to 1.`);
  if ((relativeError ?? 0) < 0) problems.push(`gradient.relativeError: ${relativeError} is below 0.`);
  if (cosine === null || relativeError === null || normRatio == null) return problems;
  // ‖g − r‖² / ‖r‖² = 1 + (‖g‖/‖r‖)² − 2 (‖g‖/‖r‖) cos
  const square = 1 + normRatio ** 2 - 2 * normRatio * cosine;
  if (Math.abs(square - relativeError ** 2) > rounding * (1 + normRatio ** 2))
    problems.push(
      'gradient: cosine, relative error and ratio of lengths contradict each other; one of them was changed.',
    );
  return problems;
}

function trainingProblems({ training, config }: CellRecord, suites: readonly Suite[]): readonly string[] {
  const suite = suites.find(({ name }) => name === config.suite);
  const spec = metricOfProblem(suite, config.problem);
  if (training === undefined || spec === undefined) return [];
  const values = [
    training.final[spec.name],
    ...training.curve.map(({ metrics }) => metrics[spec.name]),
    ...(training.finalSamples?.[spec.name] ?? []),
  ];
  const odd = isShare(spec) ? values.find((value) => value != null && (value < 0 || value > 1)) : undefined;
  return odd === undefined ? [] : [`training: ${spec.name} ${odd}, which is a share between 0 and 1.`];
}
