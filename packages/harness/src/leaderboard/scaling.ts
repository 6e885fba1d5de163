import { canonicalJson } from '../cell/identity.ts';
import { fitPowerLaw, fitUpperEnd, type Point, type PowerLaw } from '../statistics/fit.ts';
import { groupedBy } from './group.ts';
import type { LeaderboardRow } from './row.ts';

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
  readonly law?: PowerLaw;
  readonly upper?: PowerLaw;
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
        const { median, q1, q3 } = row[quantity] as NonNullable<LeaderboardRow['memory']>;
        return { x: row[axis], y: median, q1, q3 };
      })
      .sort((a, b) => a.x - b.x);
    const finite = points.filter((point) => Number.isFinite(point.y));
    if (new Set(points.map((point) => point.x)).size < 2) return [];
    const law = fitPowerLaw(finite);
    const upper = fitUpperEnd(finite);
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
        ...(law === undefined ? {} : { law }),
        ...(upper === undefined ? {} : { upper }),
      },
    ];
  });
}

/** A row's free parameters as text; empty where there are none. */
export function variantText(row: Pick<LeaderboardRow, 'parameters'>): string {
  return Object.entries(row.parameters)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .sort()
    .join(' ');
}
