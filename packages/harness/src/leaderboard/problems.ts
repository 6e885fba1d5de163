import type { Suite } from '../cell/suite.ts';
import type { LeaderboardRow } from './row.ts';

/** The problems of some rows in the order of the suite's declaration. */
export function problemsOf({
  suite,
  rows,
}: {
  readonly suite: Suite;
  readonly rows: readonly LeaderboardRow[];
}): readonly string[] {
  const present = new Set(rows.map((row) => row.problem));
  const declared = suite.problems.map((problem) => problem.name).filter((name) => present.has(name));
  return [...new Set([...declared, ...[...present].sort()])];
}

/** The different values of a field, sorted. */
export function distinct<Row, Value extends string | number>(
  rows: readonly Row[],
  pick: (row: Row) => Value,
): readonly Value[] {
  return [...new Set(rows.map(pick))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The value in the middle: what is shown first where there are several. */
export function middle<Value>(values: readonly Value[]): Value | undefined {
  return values[Math.floor((values.length - 1) / 2)];
}
