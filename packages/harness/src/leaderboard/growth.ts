/** @file What a step or a hyperparameter costs, in words that the points carry. */
import { type AffineFit, type ExactSlope, exactSlope, fitAffine } from '../statistics/affine.ts';
import { median } from '../statistics/describe.ts';
import { fitPowerLaw, type Point, type PowerLaw } from '../statistics/fit.ts';
import { axisText, bytesText, timesText, timeText } from './format.ts';

/** How a cost grows along one axis of one problem. */
export interface CostGrowth {
  /** Bytes: what one more step or hyperparameter adds, exactly. */
  readonly bytes?: ExactSlope;
  /** Times: a + b·x, from three values of x on. */
  readonly line?: AffineFit;
  /** y ∝ x^exponent over the whole range, from three values of x on, with its interval. A constant part flattens it. */
  readonly law?: PowerLaw;
  /** The medians at the ends: all that two values of x tell. */
  readonly ends: { readonly from: Point; readonly to: Point };
}

/** A line that misses a median by more than this share is none, and its coefficients are not told. */
const worstOfALine = 0.25;

/**
 * Growth from the points of one line of the benchmark.
 *
 * @param points one for every cell; several of one x are repetitions
 * @returns undefined with fewer than two different x
 */
export function growthOf(points: readonly Point[], quantity: 'memory' | 'time'): CostGrowth | undefined {
  const usable = points.filter(({ y }) => Number.isFinite(y) && y > 0);
  const xs = [...new Set(usable.map(({ x }) => x))].sort((a, b) => a - b);
  const medians = xs.map((x) => ({
    x,
    y: median(usable.filter((point) => point.x === x).map(({ y }) => y)),
  }));
  const [from, to] = [medians[0], medians.at(-1)];
  if (from === undefined || to === undefined || from.x === to.x) return undefined;
  const ends = { from, to };
  const law = xs.length < 3 ? undefined : fitPowerLaw(medians);
  const exponent = law === undefined ? {} : { law };
  if (quantity === 'memory') {
    const bytes = exactSlope(medians);
    return { ends, ...exponent, ...(bytes === undefined ? {} : { bytes }) };
  }
  const line = fitAffine(usable);
  return { ends, ...exponent, ...(line === undefined ? {} : { line }) };
}

/** `+4096 B`, `+0`, `4000 to 4096 B`, `0.06 ms + 0.051 ms (0.049 to 0.053)`, or from two points `9.1× from 100 to 1000`. */
export function growthText(growth: CostGrowth | undefined): string {
  if (growth === undefined) return '';
  const { bytes, line } = growth;
  if (bytes !== undefined) return slopeText(bytes);
  if (line !== undefined && line.worst <= worstOfALine) return lineText(line);
  return endsText(growth);
}

/** What one more adds, to the byte; a range where neighbouring points do not agree. */
function slopeText({ low, high, overall }: ExactSlope): string {
  if (high - low <= 0.5 + 0.02 * Math.abs(overall)) return addedText(overall);
  return `${addedText(low)} to ${bytesText(rounded(high))}`;
}

function addedText(bytes: number): string {
  const whole = rounded(bytes);
  return whole < 0 ? `−${bytesText(-whole)}` : `+${bytesText(whole)}`;
}

/** `60.0 µs + 51.0 µs (49.0 µs to 53.0 µs)`: the constant part, and what one more adds with its interval; where that may be nothing it says so. */
function lineText({ constant, slope }: AffineFit): string {
  const interval = `(${signed(slope.low)} to ${signed(slope.high)})`;
  if (slope.low <= 0)
    return slope.high < 0 ? `falls by ${signed(-slope.estimate)} ${interval}` : `no growth shown ${interval}`;
  return `${signed(constant.estimate)} + ${signed(slope.estimate)} ${interval}`;
}

/** `×9.1 from 100 to 1000`. */
function endsText({ ends: { from, to } }: Pick<CostGrowth, 'ends'>): string {
  return `${timesText(to.y / from.y).replace(' ×', '')}× from ${axisText(from.x)} to ${axisText(to.x)}`;
}

function signed(ms: number): string {
  return ms < 0 ? `−${timeText(-ms)}` : timeText(ms);
}

/** Bytes to a tenth below ten, else whole ones: slopes over thousands of steps are no whole numbers. */
function rounded(bytes: number): number {
  return Math.abs(bytes) < 0.05 ? 0 : Math.round(bytes);
}

/** What one more adds to a time, without the constant part and its interval: `+51.0 µs`; nothing where no line holds or none was shown. */
export function addedTimeText(growth: CostGrowth | undefined): string {
  const added = addedTime(growth);
  return added === undefined ? '' : `+${timeText(added)}`;
}

/** Milliseconds that one more adds; undefined where no line holds or no growth was shown. */
export function addedTime({ line }: Pick<CostGrowth, 'line'> = {}): number | undefined {
  return line === undefined || line.worst > worstOfALine || line.slope.low <= 0
    ? undefined
    : line.slope.estimate;
}
