import { linearRegression, linearRegressionLine, mean } from 'simple-statistics';
import type { Interval } from './describe.ts';
import { studentQuantile } from './distributions.ts';

/** A point of a scaling curve: bytes or seconds against T or p. Both must be positive. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** y ≈ scale · x^exponent. */
export interface PowerLaw {
  readonly exponent: number;
  /** Student's interval from the residuals; absent with fewer than three points. */
  readonly interval?: Interval;
  readonly scale: number;
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Fits a power law by least squares on logarithms. Give one point per x (the median over seeds): repetitions
 * of one x say nothing about curvature and would make the interval too narrow.
 *
 * @returns undefined with fewer than two different x
 */
export function fitPowerLaw(points: readonly Point[], level = 0.95): PowerLaw | undefined {
  const usable = points.filter(({ x, y }) => x > 0 && y > 0 && Number.isFinite(x) && Number.isFinite(y));
  const xs = usable.map((point) => Math.log(point.x));
  const ys = usable.map((point) => Math.log(point.y));
  const count = usable.length;
  if (new Set(xs).size < 2) return undefined;

  const line = linearRegression(xs.map((x, index) => [x, ys[index] as number]));
  const at = linearRegressionLine(line);
  const centre = mean(xs);
  const spread = xs.reduce((sum, x) => sum + (x - centre) ** 2, 0);
  const residual = xs.reduce((sum, x, index) => sum + ((ys[index] as number) - at(x)) ** 2, 0);
  const law = {
    exponent: line.m,
    scale: Math.exp(line.b),
    count,
    from: Math.min(...usable.map((point) => point.x)),
    to: Math.max(...usable.map((point) => point.x)),
  };
  if (count < 3) return law;
  const half = studentQuantile((1 + level) / 2, count - 2) * Math.sqrt(residual / (count - 2) / spread);
  return { ...law, interval: { low: line.m - half, high: line.m + half, level } };
}

/**
 * Whether the theory's exponent lies in the interval, give or take what is too small to matter.
 *
 * @returns undefined where there is no interval (fewer than three points), or it is so wide that it would agree with anything
 */
export function agreesWithTheory(law: PowerLaw, theory: number, tolerance = 0.05): boolean | undefined {
  if (law.interval === undefined || law.interval.high - law.interval.low > widestVerdict) return undefined;
  const { low, high } = law.interval;
  return theory >= low - tolerance && theory <= high + tolerance;
}

/** An interval wider than this holds both "constant" and "linear", or nearly. */
const widestVerdict = 0.8;
