/** @file Columns of a board about training: how often λ was updated, and what methods come to at equal cost. */
import { byPoint } from '../../../leaderboard/board.ts';
import { atEqualCost, type Cost, updatesOf } from '../../../leaderboard/equal-cost.ts';
import { axisText, timeText } from '../../../leaderboard/format.ts';
import type { LeaderboardRow } from '../../../leaderboard/row.ts';
import { metricText } from '../../../leaderboard/row-text.ts';
import { numbers, type SiteColumn } from '../../table.ts';

/** Empty, and so left out, where no learning curve says what it cost. */
export function trainingColumns(rows: readonly LeaderboardRow[]): readonly SiteColumn<LeaderboardRow>[] {
  return [
    numbers('λ updates', (row) => updatesOf(row)?.median, countText, {
      note: 'how often λ was updated in training, median over seeds: online methods do it several times in an inner optimisation',
    }),
    equalColumn(rows, 'evaluations', 'At equal gradients', 'inner gradient evaluations', countText),
    equalColumn(rows, 'timeMs', 'At equal seconds', 'time, as it was taken on that machine,', timeText),
  ];
}

function equalColumn(
  rows: readonly LeaderboardRow[],
  cost: Cost,
  title: string,
  what: string,
  text: (budget: number) => string,
): SiteColumn<LeaderboardRow> {
  const equal = new Map([...byPoint(rows)].map(([point, group]) => [point, atEqualCost(group, cost)]));
  const quantity = (row: LeaderboardRow) => equal.get(row.point)?.metrics.get(row.key);
  const budgets = [...new Set([...equal.values()].flatMap((one) => one?.budget ?? []))];
  const those = budgets.length === 1 ? ` (${budgets.map(text).join('')})` : '';
  return {
    title,
    note: `the metric once as much ${what} was spent as by the cheapest method that learns${those}; a product with a second derivative counts as two gradients`,
    kind: 'number',
    show: (row) => {
      const found = quantity(row);
      return row.metric && found ? metricText({ metric: { ...row.metric, median: found.median } }) : '';
    },
    value: (row) => quantity(row)?.median,
  };
}

function countText(count: number | undefined): string {
  return count === undefined ? '' : axisText(count);
}
