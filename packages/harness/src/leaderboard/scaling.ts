import type { JsonObject } from '../cell/config.ts';
import { canonicalJson } from '../cell/identity.ts';
import { tunedParameter } from '../cell/tuning.ts';
import { groupedBy } from '../grouped.ts';
import type { Point } from '../statistics/fit.ts';
import { type CostGrowth, growthOf } from './growth.ts';
import { unitValues } from './quantity.ts';
import type { LeaderboardRow, Quantity } from './row.ts';

/** What is plotted against T or p. */
export type ScalingQuantity = 'memory' | 'time';
/** The axis along which costs are drawn: the horizon T or the number of hyperparameters p. */
export type ScalingAxis = 'horizon' | 'dimension';

/** One method's cost along one axis, the other held fixed. */
export interface ScalingCurve {
  readonly suite: string;
  readonly problem: string;
  readonly profile: string;
  readonly device: string;
  readonly method: string;
  readonly axis: ScalingAxis;
  readonly quantity: ScalingQuantity;
  /** The value of the other axis. */
  readonly fixed: number;
  readonly variant: string;
  readonly points: readonly (Point & { readonly q1: number; readonly q3: number })[];
  /** Points where the method missed: out of memory, out of time. */
  readonly misses: readonly number[];
  /** From the cells of all points; undefined where fewer than two are finite. */
  readonly growth?: CostGrowth;
}

/** All curves with at least two points, one point per value of the axis: the median over seeds. */
export function scalingCurves(
  rows: readonly LeaderboardRow[],
  axis: ScalingAxis,
  quantity: ScalingQuantity,
): readonly ScalingCurve[] {
  const other = axis === 'horizon' ? 'dimension' : 'horizon';
  const measured = rows.filter((row) => row[quantity] !== undefined);
  const groups = groupedBy(measured, ({ suite, problem, profile, method, parameters, device, ...row }) =>
    canonicalJson([suite, problem, profile, device.id, row[other], method, parameters]),
  );
  return [...groups.values()].flatMap((group) => {
    const first = group[0] as LeaderboardRow;
    const points = group
      .map((row) => {
        const { median, q1, q3 } = row[quantity] as Quantity;
        return { x: row[axis], y: median, q1, q3 };
      })
      .sort((a, b) => a.x - b.x);
    const finite = points.filter((point) => Number.isFinite(point.y));
    if (new Set(points.map((point) => point.x)).size < 2) return [];
    const cells = group.flatMap((row) =>
      unitValues(row[quantity] as Quantity).map((y) => ({ x: row[axis], y })),
    );
    const growth = growthOf(cells, quantity);
    return [
      {
        suite: first.suite,
        problem: first.problem,
        profile: first.profile,
        device: first.device.id,
        method: first.method,
        axis,
        quantity,
        fixed: first[other],
        variant: variantText(first),
        points: finite,
        misses: points.filter((point) => !Number.isFinite(point.y)).map((point) => point.x),
        ...(growth === undefined ? {} : { growth }),
      },
    ];
  });
}

/** A row's free parameters as text; empty where there are none. Tuned ones come like others: `gamma=0.9 rate=0.03`. */
export function variantText(row: Pick<LeaderboardRow, 'parameters'>): string {
  const { [tunedParameter]: tuned, ...others } = row.parameters;
  return Object.entries({ ...others, ...(tuned as JsonObject | undefined) })
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .sort()
    .join(' ');
}
