/** @file The one honest table: what each method of a leaderboard costs at one point, how that grows, and what it buys on every problem. */
import { type MetricSpec, metricOfProblem, type Suite } from '../cell/suite.ts';
import { tunedParameter } from '../cell/tuning.ts';
import type { CostGrowth } from './growth.ts';
import { distinct, middle, problemsOf } from './problems.ts';
import type { LeaderboardRow } from './row.ts';
import { type ScalingAxis, type ScalingCurve, type ScalingQuantity, scalingCurves } from './scaling.ts';

/** A point of the benchmark. */
export interface Standpoint {
  readonly problem: string;
  readonly horizon: number;
  readonly dimension: number;
}

/** Where a metric is looked at: each problem at the longest horizon that has it. */
export interface MetricPoint extends Standpoint {
  readonly spec: MetricSpec;
}

/** How a cost grows along each axis; absent where an axis has a single value. */
export type MeasuredGrowth = Readonly<Partial<Record<ScalingAxis, CostGrowth>>>;

/** One line per method of a leaderboard. */
export interface MethodSummary {
  readonly method: string;
  /** The method at the leaderboard's standpoint; absent where it was not run there. */
  readonly row: LeaderboardRow | undefined;
  readonly growth: Readonly<Record<ScalingQuantity, MeasuredGrowth>>;
  /** The method at each of the leaderboard's metric points. */
  readonly metrics: readonly (LeaderboardRow | undefined)[];
  readonly points: number;
  /** Points at which some pass failed: the method's failures and ours. */
  readonly failures: number;
  /** Points that the method does not support. */
  readonly notApplicable: number;
}

/** What the rows of one leaderboard (one suite, one device) say. */
export interface LeaderboardSummary {
  /** Where costs are compared: the first problem with a range of T, at its longest, with the middle p. */
  readonly at: Standpoint;
  /** Along which lines growth was fitted: the problem, and the value of the other axis. */
  readonly along: Readonly<
    Partial<Record<ScalingAxis, { readonly problem: string; readonly fixed: number }>>
  >;
  readonly metrics: readonly MetricPoint[];
  readonly methods: readonly MethodSummary[];
}

/** Sums up a leaderboard. Where a folder holds several profiles the one with most points counts. */
export function summariseLeaderboard(
  suite: Suite,
  all: readonly LeaderboardRow[],
  methods: readonly string[],
): LeaderboardSummary {
  const rows = ofLargestProfile(all);
  const curves = {
    horizon: firstCurves(suite, rows, 'horizon'),
    dimension: firstCurves(suite, rows, 'dimension'),
  };
  const at = standpointOf(suite, rows, curves.horizon);
  const metrics = problemsOf({ suite, rows }).flatMap((problem) => metricPointOf(suite, rows, problem) ?? []);
  const growthOf = (method: string, quantity: ScalingQuantity): MeasuredGrowth =>
    Object.fromEntries(
      (['horizon', 'dimension'] as const).flatMap((axis) => {
        const curve = curves[axis].find((one) => one.method === method && one.quantity === quantity);
        return curve?.growth === undefined ? [] : [[axis, curve.growth]];
      }),
    );
  return {
    at,
    along: Object.fromEntries(
      (['horizon', 'dimension'] as const).flatMap((axis) => {
        const curve = curves[axis][0];
        return curve === undefined ? [] : [[axis, { problem: curve.problem, fixed: curve.fixed }]];
      }),
    ),
    metrics,
    methods: methods.map((method) => {
      const anyHorizon = suite.comparedAcrossHorizons === true;
      const own = rows.filter((row) => row.method === method);
      return {
        method,
        row: rowAt(own, at, anyHorizon),
        growth: { memory: growthOf(method, 'memory'), time: growthOf(method, 'time') },
        metrics: metrics.map((point) => tunedFirst(own, point, anyHorizon)),
        points: own.length,
        failures: own.filter((row) => row.troubles.some(({ blame }) => blame !== 'not-applicable')).length,
        notApplicable: own.filter((row) => row.troubles.some(({ blame }) => blame === 'not-applicable'))
          .length,
      };
    }),
  };
}

function ofLargestProfile(rows: readonly LeaderboardRow[]): readonly LeaderboardRow[] {
  const countOf = (profile: string): number => rows.filter((row) => row.profile === profile).length;
  const [largest] = [...distinct(rows, (row) => row.profile)].sort((a, b) => countOf(b) - countOf(a));
  return rows.filter((row) => row.profile === largest);
}

/** The curves of the first problem that has some along an axis: along T at the middle p, along p at the longest T. */
export function firstCurves(
  suite: Suite,
  rows: readonly LeaderboardRow[],
  axis: ScalingAxis,
): readonly ScalingCurve[] {
  for (const problem of problemsOf({ suite, rows })) {
    const own = rows.filter((row) => row.problem === problem);
    const curves = (['memory', 'time'] as const)
      .flatMap((quantity) => scalingCurves(own, axis, quantity))
      .filter((curve) => curve.points.length > 0);
    const values = distinct(curves, (curve) => curve.fixed);
    const fixed = axis === 'horizon' ? middle(values) : values.at(-1);
    if (fixed !== undefined) return curves.filter((curve) => curve.fixed === fixed);
  }
  return [];
}

function standpointOf(
  suite: Suite,
  rows: readonly LeaderboardRow[],
  [curve]: readonly ScalingCurve[],
): Standpoint {
  const problem = curve?.problem ?? problemsOf({ suite, rows })[0] ?? '';
  const own = rows.filter((row) => row.problem === problem);
  const fitting = curve === undefined ? own : own.filter((row) => row.dimension === curve.fixed);
  const horizon = Math.max(...fitting.map((row) => row.horizon));
  const dimensions = distinct(
    fitting.filter((row) => row.horizon === horizon),
    (row) => row.dimension,
  );
  return { problem, horizon, dimension: middle(dimensions) ?? 0 };
}

function metricPointOf(
  suite: Suite,
  rows: readonly LeaderboardRow[],
  problem: string,
): MetricPoint | undefined {
  const spec = metricOfProblem(suite, problem);
  const own = rows.filter((row) => row.problem === problem && row.metric !== undefined);
  if (spec === undefined || own.length === 0) return undefined;
  const horizon = Math.max(...own.map((row) => row.horizon));
  const at = own.filter((row) => row.horizon === horizon);
  return { spec, problem, horizon, dimension: middle(distinct(at, (row) => row.dimension)) ?? 0 };
}

/** What a method buys is what it buys with its numbers tuned, where they are. */
function tunedFirst(
  rows: readonly LeaderboardRow[],
  at: Standpoint,
  anyHorizon: boolean,
): LeaderboardRow | undefined {
  const tuned = rows.filter(({ parameters }) => tunedParameter in parameters);
  return rowAt(tuned, at, anyHorizon) ?? rowAt(rows, at, anyHorizon);
}

/** A method's row at a point; its longest horizon where T is its own choice. */
function rowAt(
  rows: readonly LeaderboardRow[],
  at: Standpoint,
  anyHorizon: boolean,
): LeaderboardRow | undefined {
  return rows
    .filter(
      (row) =>
        row.problem === at.problem &&
        row.dimension === at.dimension &&
        (anyHorizon ? row.horizon <= at.horizon : row.horizon === at.horizon),
    )
    .sort((a, b) => b.horizon - a.horizon)[0];
}
