/** @file Series of the history: exact ones as they are, times chained from paired ratios. */
import { UsageError } from '../errors.ts';
import { unknownName } from '../nearest.ts';
import { type ChangePoint, changePoints } from '../statistics/change-points.ts';
import type { HistoryLine, RecordedCommit } from './history.ts';
import { matchesCell } from './patterns.ts';

/** A value at a commit. */
export interface SeriesPoint {
  readonly line: HistoryLine;
  readonly value: number;
}

/** A series of one cell. */
export interface Series {
  readonly cell: string;
  readonly metric: string;
  readonly points: readonly SeriesPoint[];
}

/** The metric of chained ratios. */
export const timeMetric = 'time';

/** Series of the cells that match. @throws UsageError where there are none */
export function seriesOf(
  commits: readonly RecordedCommit[],
  pattern: string,
  metric: string,
): readonly Series[] {
  const names = [...new Set(commits.flatMap(({ cells }) => [...cells.keys()]))].sort();
  const cells = names.filter((name) => matchesCell(pattern, name));
  if (cells.length === 0)
    throw new UsageError(`${unknownName('cell', [pattern], names, 'bench track show')}`);
  if (metric === timeMetric) return cells.map((cell) => chained(commits, cell));
  const metrics = [
    ...new Set(
      commits.flatMap(({ cells: own }) => [...own.values()].flatMap(({ counters }) => Object.keys(counters))),
    ),
  ];
  if (!metrics.includes(metric))
    throw new UsageError(
      unknownName('counter', [metric], [...metrics, timeMetric].sort(), 'bench track show'),
    );
  return cells.map((cell) => ({
    cell,
    metric,
    points: commits.flatMap(({ line, cells: own }) => {
      const value = own.get(cell)?.counters[metric];
      return value === undefined ? [] : [{ line, value }];
    }),
  }));
}

/** Times relative to the first commit: level(c) = level(compared with) · ratio. Machines may change under it; the chain holds. */
function chained(commits: readonly RecordedCommit[], cell: string): Series {
  const levels = new Map<string, number>();
  const points: SeriesPoint[] = [];
  for (const { line } of commits) {
    const ratio = line.ratios?.[cell];
    if (ratio === undefined) continue;
    const value = (levels.get(ratio.vs) ?? 1) * (1 + ratio.change);
    levels.set(line.commit, value);
    points.push({ line, value });
  }
  return { cell, metric: timeMetric, points };
}

/** Change points of a chained series. */
export function timeChanges({ points }: Series): readonly (ChangePoint & { readonly line: HistoryLine })[] {
  return changePoints(points.map(({ value }) => value)).map((one) => ({
    ...one,
    line: points[one.index]!.line,
  }));
}
