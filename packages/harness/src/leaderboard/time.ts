/** @file Times that can be compared although they were taken in different cells. */
import { canonicalJson } from '../cell/identity.ts';
import type { TimedBeside } from '../cell/suite.ts';
import { groupedBy } from '../grouped.ts';
import { median, quantile } from '../statistics/describe.ts';
import type { RankedTime } from './entry.ts';
import { type Find, present } from './found.ts';
import { quantityOf, unitsOf } from './quantity.ts';
import type { LeaderboardRow, Quantity, Time } from './row.ts';

interface FoundTime extends RankedTime {
  readonly cellsAtOnce: number;
  readonly isRejected: boolean;
}

/** The times of a row as they were taken; {@link comparableTimes} makes those of all rows comparable. */
export function timeOf(find: Find, timedBeside: TimedBeside | undefined): Pick<LeaderboardRow, 'time'> {
  const all = find(
    ['time', 'kernel'],
    ({ time, run, noise }): FoundTime | undefined =>
      time && { ...time, cellsAtOnce: run.cellsAtOnce ?? 1, isRejected: noise?.verdict === 'reject' },
  );
  const steady = present(all).filter(({ isRejected }) => !isRejected);
  const rejected = present(all).length - steady.length;
  const hollow = rejected > 0 && steady.length === 0;
  // A cell whose machine was too unsteady stands aside as soon as there is another.
  const found = all.map((entry) =>
    typeof entry === 'object' && entry.isRejected && !hollow ? undefined : entry,
  );
  const sections = present(found);
  const taken = quantityOf(unitsOf(found, (entry) => centreOf(samplesOf(entry))));
  if (taken === undefined) return {};
  const beside = timedBeside?.phase;
  const inTurns = beside !== undefined && sections.every((entry) => areInTurns(entry, beside));
  const ratio = inTurns
    ? quantityOf(unitsOf(found, (entry) => centreOf(ratiosOf(entry, beside))))
    : undefined;
  const baseline = inTurns
    ? quantityOf(unitsOf(found, (entry) => centreOf(entry.phases[beside]?.samples ?? []), Number.NaN))
    : undefined;
  const compile = sections.flatMap((section) => section.compileMs ?? []);
  const spread = inside(sections.map(samplesOf));
  return {
    time: {
      ...taken,
      ...spread,
      taken: { ...taken, ...spread },
      phase: sections[0]?.primaryPhase ?? '',
      compileMs: compile.length === 0 ? null : median(compile),
      cellsAtOnce: Math.max(1, ...sections.map(({ cellsAtOnce }) => cellsAtOnce)),
      rejected,
      hollow,
      ...(ratio === undefined || beside === undefined
        ? {}
        : { ratio: { ...ratio, ...inside(sections.map((entry) => ratiosOf(entry, beside))) } }),
      ...(baseline === undefined ? {} : { baseline }),
    },
  };
}

/** Turns ratios into milliseconds by what the phase that all were timed beside usually takes at the point, over all cells of all methods. */
export function comparableTimes(rows: readonly LeaderboardRow[]): readonly LeaderboardRow[] {
  const usual = new Map<string, number>();
  for (const [point, group] of groupedBy(rows, workOf)) {
    const baselines = group.flatMap(({ time }) => (time?.baseline?.units ?? []).filter(isNumber));
    if (baselines.length > 0) usual.set(point, median(baselines));
  }
  return rows.map((row) => {
    const usualBaselineMs = usual.get(workOf(row));
    if (row.time?.ratio === undefined || usualBaselineMs === undefined) return row;
    return {
      ...row,
      time: { ...row.time, ...scaled(row.time.ratio, usualBaselineMs), usualBaselineMs } satisfies Time,
    };
  });
}

/** Rows with the same inner steps: where T is a method's own choice, the point holds several. */
function workOf({ point, horizon }: LeaderboardRow): string {
  return canonicalJson([point, horizon]);
}

function scaled({ median: centre, q1, q3, units }: Quantity, by: number): Quantity {
  return {
    median: centre * by,
    q1: q1 * by,
    q3: q3 * by,
    units: units.map((unit) => unit && unit * by),
  };
}

function samplesOf({ phases, primaryPhase }: RankedTime): readonly number[] {
  return phases[primaryPhase]?.samples ?? [];
}

function areInTurns(time: RankedTime, beside: string): boolean {
  const [own, other] = [samplesOf(time), time.phases[beside]?.samples ?? []];
  return own.length > 0 && own.length === other.length;
}

/** Each sample over the one of the other phase that was taken in the same round: what slows the machine down slows both. */
function ratiosOf(time: RankedTime, beside: string): readonly number[] {
  const other = time.phases[beside]?.samples ?? [];
  return samplesOf(time).map((ms, round) => ms / (other[round] as number));
}

function centreOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : median(values);
}

/** With few cells the quartiles of all samples say more than those of two or three medians. */
function inside(
  samples: readonly (readonly number[])[],
): { readonly q1: number; readonly q3: number } | undefined {
  const all = samples.flat();
  return all.length < 4 ? undefined : { q1: quantile(all, 0.25), q3: quantile(all, 0.75) };
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}
