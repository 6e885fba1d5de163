import { axisText, bytesText, numberText, timeText } from '../board/format.ts';
import { byPoint, placeText, rankRows } from '../board/rank-rows.ts';
import { type BoardRow, boardRows } from '../board/row.ts';
import { variantText } from '../board/scaling.ts';
import type { Suite } from '../cell/suite.ts';
import type { CellRecord } from '../record/record.ts';
import { type TextColumn, textTable } from './text-table.ts';

interface ShownColumn extends TextColumn {
  readonly show: (row: BoardRow, places: ReturnType<typeof rankRows>) => string;
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
  { title: 'cosine', align: 'right', show: (row) => cosineText(row.gradient?.cosine.median) },
  { title: 'rel. error', align: 'right', show: (row) => numberText(row.gradient?.relativeError.median) },
  { title: 'metric', align: 'right', show: (row) => metricText(row) },
  { title: '#', align: 'right', show: (row, places) => placeText(places.metric.get(row.key)) },
  { title: 'status', show: (row) => troubleText(row) },
];

/** The leaderboard as text: one table per suite and device. Columns that nothing fills are left out. */
export function showRecords(records: readonly CellRecord[], suites: readonly Suite[] = []): string {
  const rows = boardRows(records, suites);
  const places = new Map([...byPoint(rows)].map(([point, group]) => [point, rankRows(group)]));
  const boards = new Map<string, BoardRow[]>();
  for (const row of rows) {
    const title = `${row.suite} · ${row.profile} · ${row.device.label}`;
    boards.set(title, [...(boards.get(title) ?? []), row]);
  }
  const texts = [...boards].map(([title, board]) => {
    const shown = columns.map((column) => ({
      column,
      cells: board.map((row) => column.show(row, places.get(row.point) as ReturnType<typeof rankRows>)),
    }));
    const filled = shown.filter(({ cells }) => cells.some((cell) => cell !== ''));
    const lines = board.map((_, index) => filled.map(({ cells }) => cells[index] ?? ''));
    return `${title}\n\n${textTable(
      filled.map(({ column }) => column),
      lines,
    )}`;
  });
  return texts.join('\n\n');
}

/** `#` after a number is its place: `2–4` is a tie, `?` stands where seeds are too few to tell. */
export const showLegend =
  '#: place among the methods at the same problem, T and p; 2–4 is a tie of three; ? too few seeds to tell; ∞ a miss.';

function spreadText({ time }: BoardRow): string {
  return time === undefined || !Number.isFinite(time.q3) ? '' : `${timeText(time.q1)} – ${timeText(time.q3)}`;
}

/** Near 1 what matters is the distance from 1. */
export function cosineText(cosine: number | undefined): string {
  if (cosine === undefined || Number.isNaN(cosine)) return '';
  if (cosine > 1 - 5e-7) return cosine.toFixed(6);
  return cosine > 0.9995 ? `1 − ${numberText(1 - cosine)}` : cosine.toFixed(3).replace('-', '−');
}

/** Accuracy as percent, anything else as a number. */
export function metricText({ metric }: Pick<BoardRow, 'metric'>): string {
  if (metric === undefined) return '';
  if (!Number.isFinite(metric.median)) return 'missed';
  return metric.spec.name === 'accuracy' && metric.spec.unit === undefined
    ? `${(100 * metric.median).toFixed(2)} %`
    : `${numberText(metric.median)}${metric.spec.unit === undefined ? '' : ` ${metric.spec.unit}`}`;
}

function troubleText(row: BoardRow): string {
  const text = row.troubles.map(({ pass, status }) => `${pass}: ${status}`);
  return [...text, ...(row.noisy ? ['noisy'] : [])].join(', ');
}
