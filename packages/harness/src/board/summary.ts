import { median } from '../statistics/describe.ts';
import { performanceProfiles } from '../statistics/target.ts';
import { byPoint } from './rank-rows.ts';
import type { BoardRow } from './row.ts';
import { metricText } from './row-text.ts';

/** One line per method of a board. */
export interface MethodSummary {
  readonly method: string;
  /** From 0 to 1; see {@link performanceProfiles}. Absent where nothing was timed. */
  readonly timeScore: number | undefined;
  readonly memoryScore: number | undefined;
  /** Median relative error of the gradient at the longest horizon of the board. */
  readonly error: number | undefined;
  /** The suite's metric at the method's longest horizon, the median where there are several problems. */
  readonly metric: string;
  readonly metricValue: number | undefined;
  readonly points: number;
  /** Points at which some pass did not end well or is not supported. */
  readonly troubles: number;
}

/** The longest horizon of some rows. */
export function longestHorizon(rows: readonly BoardRow[]): number {
  return Math.max(...rows.map((row) => row.horizon));
}

/** What the rows of one board (one suite, one device) say about each method. */
export function summariseMethods(
  rows: readonly BoardRow[],
  methods: readonly string[],
): readonly MethodSummary[] {
  const [time, memory] = [scores(rows, 'time'), scores(rows, 'memory')];
  const longest = longestHorizon(rows);
  return methods.map((method) => {
    const own = rows.filter((row) => row.method === method);
    const errors = own.flatMap((row) =>
      row.horizon === longest ? (row.gradient?.relativeError.median ?? []) : [],
    );
    return {
      method,
      timeScore: time.get(method),
      memoryScore: memory.get(method),
      error: errors.length === 0 ? undefined : median(errors),
      ...metricOf(own),
      points: own.length,
      troubles: own.filter((row) => row.troubles.length > 0).length,
    };
  });
}

function metricOf(own: readonly BoardRow[]): Pick<MethodSummary, 'metric' | 'metricValue'> {
  const measured = own.filter((row) => row.metric !== undefined);
  const longest = longestHorizon(measured);
  const metrics = measured.flatMap((row) => (row.horizon === longest ? (row.metric ?? []) : []));
  const [first] = metrics;
  if (first === undefined) return { metric: '', metricValue: undefined };
  const value = median(metrics.map((metric) => metric.median));
  return { metric: metricText({ metric: { ...first, median: value } }), metricValue: value };
}

/** Performance profiles over all points: a score of 1 is the best everywhere, misses count as never. */
function scores(rows: readonly BoardRow[], quantity: 'time' | 'memory'): ReadonlyMap<string, number> {
  const measured = rows.filter((row) => row[quantity] !== undefined);
  const groups = [...byPoint(measured).values()];
  const methods = [...new Set(measured.map((row) => row.method))];
  const costs = Object.fromEntries(
    methods.map((method) => [
      method,
      groups.map(
        (group) => group.find((row) => row.method === method)?.[quantity]?.median ?? Number.POSITIVE_INFINITY,
      ),
    ]),
  );
  return new Map(performanceProfiles(costs).map((profile) => [profile.method, profile.score]));
}
