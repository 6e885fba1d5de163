import type { Suite } from '../cell/suite.ts';
import { groupedBy } from '../grouped.ts';
import { type Boards, boardsOf, byPoint, placeText } from '../leaderboard/board.ts';
import { entryMaker } from '../leaderboard/entry.ts';
import { axisText, bytesText, numberText, timesText, timeText } from '../leaderboard/format.ts';
import { unitValues } from '../leaderboard/quantity.ts';
import type { LeaderboardRow } from '../leaderboard/row.ts';
import { cosineText, failuresText, metricSeedsText, metricText } from '../leaderboard/row-text.ts';
import { leaderboardRows } from '../leaderboard/rows.ts';
import { variantText } from '../leaderboard/scaling.ts';
import type { CellRecord } from '../record/record.ts';
import { type TextColumn, textTable } from './text-table.ts';

interface ShownColumn extends TextColumn {
  readonly show: (row: LeaderboardRow, boards: Boards) => string;
}

const columns: readonly ShownColumn[] = [
  { title: 'problem', show: (row) => row.problem },
  { title: 'T', align: 'right', show: (row) => axisText(row.horizon) },
  { title: 'p', align: 'right', show: (row) => axisText(row.dimension) },
  { title: 'method', show: (row) => [row.method, variantText(row)].filter((text) => text !== '').join(' ') },
  { title: 'seeds', align: 'right', show: (row) => String(row.seeds.length) },
  { title: '× beside', align: 'right', show: (row) => timesText(row.time?.ratio?.median) },
  { title: 'time', align: 'right', show: (row) => timeText(row.time?.median) },
  { title: 'cells', align: 'right', show: (row) => cellsText(row) },
  { title: '', align: 'right', show: (row, boards) => placeText(boards.time.places.get(row.key)) },
  { title: 'peak', align: 'right', show: (row) => bytesText(row.memory?.median) },
  { title: '', align: 'right', show: (row, boards) => placeText(boards.memory.places.get(row.key)) },
  { title: 'cosine', align: 'right', show: (row) => cosineText(row.gradient?.cosine?.median) },
  { title: 'rel. error', align: 'right', show: (row) => numberText(row.gradient?.relativeError?.median) },
  { title: 'metric', align: 'right', show: (row) => metricText(row) },
  { title: 'seeds, or interval', align: 'right', show: (row) => metricSeedsText(row) },
  { title: '', align: 'right', show: (row, boards) => placeText(boards.metric.places.get(row.key)) },
  { title: 'status', show: (row) => troubleText(row) },
];

/** The rows of some records, which are gone through once; of each, what is ranked is kept. */
export function shownRows(
  records: Iterable<CellRecord>,
  suites: readonly Suite[] = [],
): readonly LeaderboardRow[] {
  return leaderboardRows(Array.from(records, entryMaker(suites, { curves: false })), suites);
}

/**
 * The leaderboard as text: one table per suite and device. Columns that nothing fills are left out.
 *
 * @returns an empty text where there are no rows
 */
export function showRows(rows: readonly LeaderboardRow[]): string {
  const boards = new Map([...byPoint(rows)].map(([point, group]) => [point, boardsOf(group)]));
  const leaderboards = groupedBy(rows, (row) => `${row.suite} · ${row.profile} · ${row.device.label}`);
  const texts = [...leaderboards].map(([title, leaderboard]) => {
    const shown = columns.map((column) => ({
      column,
      cells: leaderboard.map((row) => column.show(row, boards.get(row.point) as Boards)),
    }));
    const filled = shown.filter(({ cells }) => cells.some((cell) => cell !== ''));
    const lines = leaderboard.map((_, index) => filled.map(({ cells }) => cells[index] ?? ''));
    return `${title}\n\n${textTable(
      filled.map(({ column }) => column),
      lines,
    )}`;
  });
  return texts.join('\n\n');
}

/** The leaderboard of some records as text; see {@link showRows}. */
export function showRecords(records: Iterable<CellRecord>, suites: readonly Suite[] = []): string {
  return showRows(shownRows(records, suites));
}

/** What the words and signs of the table mean. */
export const showLegend =
  'best: nothing at the same problem, T and p was shown to be better (95 %), and something was shown to be worse; without a mark no difference was shown, or fewer than 5 seeds (3 cells for times) were measured. time: the multiple of what all are timed beside × what that usually takes at the point. ∞: the method failed. unsteady: the machine was. shared time: measured while another cell ran.';

/** How many cells a time rests on; those of an unsteady machine do not count. */
function cellsText({ time }: LeaderboardRow): string {
  if (time === undefined) return '';
  return time.hollow ? 'unsteady' : String(unitValues(time).length);
}

function troubleText(row: LeaderboardRow): string {
  const notApplicable = row.troubles.some(({ blame }) => blame === 'not-applicable')
    ? ['not applicable']
    : [];
  const shared = (row.time?.cellsAtOnce ?? 1) > 1 ? ['shared time'] : [];
  return [failuresText(row), ...notApplicable, ...(row.noisy ? ['noisy'] : []), ...shared]
    .filter((text) => text !== '')
    .join(', ');
}
