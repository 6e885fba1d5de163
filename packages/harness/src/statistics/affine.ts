import { type Interval, median } from './describe.ts';
import { studentQuantile } from './distributions.ts';
import type { Point } from './fit.ts';

/** A coefficient of a fitted line. */
export interface Coefficient extends Interval {
  readonly estimate: number;
}

/** y ≈ constant + slope · x. */
export interface AffineFit {
  readonly constant: Coefficient;
  readonly slope: Coefficient;
  /** The largest deviation of a median at one x from the line, as a share of the line there: what says whether it is one. */
  readonly worst: number;
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

/** Passes of reweighting: the weights settle to a thousandth in three. */
const passes = 5;

/**
 * Fits a + b·x by relative least squares: errors of costs are shares of them, so every point is weighted by the fitted value, not by its own
 * noise, in a few passes. Several points of one x (cells) are given as they are. Intervals are Student's on count − 2 degrees of freedom.
 *
 * @returns undefined with fewer than three different x, where every curve is a line, and where y is not positive
 */
export function fitAffine(points: readonly Point[], level = 0.95): AffineFit | undefined {
  const usable = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y) && y > 0);
  const xs = [...new Set(usable.map(({ x }) => x))];
  if (xs.length < 3) return undefined;
  let fitted = usable.map(({ y }) => y);
  let line = weightedLine(usable, fitted);
  for (let pass = 1; pass < passes; pass++) {
    const lowest = Math.min(...usable.map(({ y }) => y)) / 10;
    fitted = usable.map(({ x }) => Math.max(line.a + line.b * x, lowest));
    line = weightedLine(usable, fitted);
  }
  const { a, b, varianceA, varianceB } = line;
  const freedom = usable.length - 2;
  const squares = usable.reduce(
    (sum, { x, y }, index) => sum + ((y - a - b * x) / (fitted[index] as number)) ** 2,
    0,
  );
  const scale = studentQuantile((1 + level) / 2, freedom) * Math.sqrt(squares / freedom);
  const coefficient = (estimate: number, variance: number): Coefficient => {
    const half = scale * Math.sqrt(variance);
    return { estimate, low: estimate - half, high: estimate + half, level };
  };
  return {
    constant: coefficient(a, varianceA),
    slope: coefficient(b, varianceB),
    worst: Math.max(...xs.map((x) => deviation(usable, x, a + b * x))),
    count: usable.length,
    from: Math.min(...xs),
    to: Math.max(...xs),
  };
}

function deviation(points: readonly Point[], x: number, line: number): number {
  const centre = median(points.filter((point) => point.x === x).map(({ y }) => y));
  return line > 0 ? Math.abs(centre / line - 1) : Number.POSITIVE_INFINITY;
}

/** The normal equations with weights 1 / fitted², and the variances of both coefficients for a unit error. */
function weightedLine(
  points: readonly Point[],
  fitted: readonly number[],
): { readonly a: number; readonly b: number; readonly varianceA: number; readonly varianceB: number } {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  for (const [index, { x, y }] of points.entries()) {
    const weight = (fitted[index] as number) ** -2;
    w += weight;
    wx += weight * x;
    wy += weight * y;
  }
  const [centreX, centreY] = [wx / w, wy / w];
  for (const [index, { x, y }] of points.entries()) {
    const weight = (fitted[index] as number) ** -2;
    wxx += weight * (x - centreX) ** 2;
    wxy += weight * (x - centreX) * (y - centreY);
  }
  const b = wxy / wxx;
  return { a: centreY - b * centreX, b, varianceA: 1 / w + centreX ** 2 / wxx, varianceB: 1 / wxx };
}

/** Growth of something without noise: what a unit of x adds, from the least to the most between neighbouring points. */
export interface ExactSlope {
  readonly low: number;
  readonly high: number;
  /** Over the whole range. */
  readonly overall: number;
  readonly from: number;
  readonly to: number;
}

/** The slopes of noiseless numbers (bytes, counts) between neighbouring x; equal ones are a line. Undefined with fewer than two different x. */
export function exactSlope(points: readonly Point[]): ExactSlope | undefined {
  const ordered = points.filter(({ y }) => Number.isFinite(y)).sort((one, other) => one.x - other.x);
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (first === undefined || last === undefined || first.x === last.x) return undefined;
  const slopes = ordered.flatMap((point, index) => {
    const before = ordered[index - 1];
    return before === undefined || before.x === point.x ? [] : [(point.y - before.y) / (point.x - before.x)];
  });
  return {
    low: Math.min(...slopes),
    high: Math.max(...slopes),
    overall: (last.y - first.y) / (last.x - first.x),
    from: first.x,
    to: last.x,
  };
}
