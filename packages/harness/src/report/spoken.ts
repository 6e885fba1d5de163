import { numberText } from '../leaderboard/format.ts';
import type { ChartRow } from './chart.ts';

/** Bounds of intervals and single seeds: too many numbers to listen to, and all are in the tables. */
const unspoken = new Set(['low', 'high', 'seeds']);
/** More lines than anybody listens to are in the tables only. */
const mostLines = 14;

/** What a chart shows, for those who hear it: the last point of each of its lines, in numbers. Empty where there is nothing to say. */
export function spoken(data: readonly ChartRow[]): string {
  const ends = new Map<string, ChartRow>();
  for (const row of data) ends.set(nameOf(row), row);
  const said = [...ends].slice(0, mostLines).map(([name, row]) => {
    const numbers = Object.entries(row).filter(
      (entry): entry is [string, number] =>
        typeof entry[1] === 'number' && Number.isFinite(entry[1]) && !unspoken.has(entry[0]),
    );
    const text = numbers.map(([key, value]) => `${key.replaceAll('_', ' ')} ${numberText(value)}`).join(', ');
    return name === '' ? text : `${name}: ${text}`;
  });
  const more = ends.size > mostLines ? `; and ${ends.size - mostLines} more` : '';
  return said.length === 0 ? '' : `At the end of each line: ${said.join('; ')}${more}.`;
}

function nameOf(row: ChartRow): string {
  return Object.entries(row)
    .filter(([key, value]) => typeof value === 'string' && value !== '' && !unspoken.has(key))
    .map(([, value]) => value)
    .join(' ');
}
