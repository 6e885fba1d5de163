import type { Suite } from '../cell/suite.ts';
import { entryMaker } from '../leaderboard/entry.ts';
import { axisText, bytesText, numberText, timeText } from '../leaderboard/format.ts';
import { groupedBy } from '../leaderboard/group.ts';
import { byPoint, placeText, rankRows } from '../leaderboard/rank-rows.ts';
import type { LeaderboardRow } from '../leaderboard/row.ts';
import { cosineText, metricIntervalText, metricText } from '../leaderboard/row-text.ts';
import { leaderboardRows } from '../leaderboard/rows.ts';
import { variantText } from '../leaderboard/scaling.ts';
import type { CellRecord } from '../record/record.ts';
import { type TextColumn, textTable } from './text-table.ts';

interface ShownColumn extends TextColumn {
  readonly show: (row: LeaderboardRow, places: ReturnType<typeof rankRows>) => string;
}

const columns: readonly ShownColumn[] = [
  { title: 'problem', show: (row) => row.problem },
  { title: 'T', align: 'right', show: (row) => axisText(row.horizon) },
  { title: 'p', align: 'right', show: (row) => axisText(row.dimension) },
  { title: 'method', show: (row) => [row.method, variantText(row)].filter((text) => text !== '').join(' ') },
  { title: 'seeds', align: 'right', show: (row) => String(row.seeds.length) },
  { title: 'time', align: 'right', show: (row) => timeText(row.time?.median) },
  { title: 'q1–q3', align: 'right', show: (row) => spreadText(row) },
  { title: '#', align: 'right', show: (row, places) => placeText(places.time.get(row.key)) },
  { title: 'peak', align: 'right', show: (row) => bytesText(row.memory?.median) },
  { title: '#', align: 'right', show: (row, places) => placeText(places.memory.get(row.key)) },
  { title: 'cosine', align: 'right', show: (row) => cosineText(row.gradient?.cosine?.median) },
  { title: 'rel. error', align: 'right', show: (row) => numberText(row.gradient?.relativeError?.median) },
  { title: 'metric', align: 'right', show: (row) => metricText(row) },
  { title: '95 %', align: 'right', show: (row) => metricIntervalText(row) },
  { title: '#', align: 'right', show: (row, places) => placeText(places.metric.get(row.key)) },
  { title: 'status', show: (row) => troubleText(row) },
];

/**
 * The leaderboard as text: one table per suite and device. Columns that nothing fills are left out.
 *
 * @param records are gone through once; of each, what is ranked is kept
 * @returns an empty text where there are no records
 */
export function showRecords(records: Iterable<CellRecord>, suites: readonly Suite[] = []): string {
  const entryOf = entryMaker(suites, { curves: false });
  const entries = Array.from(records, entryOf);
  const rows = leaderboardRows(entries, suites);
  const places = new Map([...byPoint(rows)].map(([point, group]) => [point, rankRows(group)]));
  const leaderboards = groupedBy(rows, (row) => `${row.suite} · ${row.profile} · ${row.device.label}`);
  const texts = [...leaderboards].map(([title, leaderboard]) => {
    const shown = columns.map((column) => ({
      column,
      cells: leaderboard.map((row) => column.show(row, places.get(row.point) as ReturnType<typeof rankRows>)),
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

/** `#` after a number is its place: `2–4` is a tie, `?` stands where seeds are too few to tell. */
export const showLegend =
  '#: rank among the methods at the same problem, T and p; 2–4: a tie of three; ?: too few seeds to rank; ∞: out-of-memory or timeout; shared time: measured while another cell ran.';

function spreadText({ time }: LeaderboardRow): string {
  return time === undefined || !Number.isFinite(time.q3) ? '' : `${timeText(time.q1)} – ${timeText(time.q3)}`;
}

function troubleText(row: LeaderboardRow): string {
  const text = row.troubles.map(({ pass, status }) => `${pass}: ${status}`);
  const shared = (row.time?.cellsAtOnce ?? 1) > 1;
  return [...text, ...(row.noisy ? ['noisy'] : []), ...(shared ? ['shared time'] : [])].join(', ');
}
