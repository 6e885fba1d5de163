import { axisText, numberText } from '../leaderboard/format.ts';
import { unitValues } from '../leaderboard/quantity.ts';
import type { LeaderboardRow } from '../leaderboard/row.ts';
import { cosineText } from '../leaderboard/row-text.ts';
import type { Line } from './charts/line-chart.ts';
import type { AxisOptions } from './charts/parts.ts';
import type { SiteContext } from './context.ts';
import { spreadOf } from './spread.ts';

/** Errors below this are drawn at it: a method that equals the reference has no place on a logarithmic axis. */
export const errorFloor = 1e-8;

export const errorAxis: AxisOptions = { title: 'Relative error', scale: 'log', text: numberText };

/** Relative errors of hypergradients over T, a line for each method. */
export function errorLines(
  context: SiteContext,
  rows: readonly LeaderboardRow[],
  T: string,
): readonly Line[] {
  return linesOf(context, rows, 'relativeError', numberText, T, (value) => Math.max(errorFloor, value));
}

/** Cosines to the exact hypergradient over T, a line for each method. */
export function cosineLines(
  context: SiteContext,
  rows: readonly LeaderboardRow[],
  T: string,
): readonly Line[] {
  return linesOf(context, rows, 'cosine', cosineText, T, (value) => value);
}

function linesOf(
  { methods }: SiteContext,
  rows: readonly LeaderboardRow[],
  pick: 'relativeError' | 'cosine',
  text: (value: number) => string,
  T: string,
  clamp: (value: number) => number,
): readonly Line[] {
  const shown = methods.filter((method) => rows.some((row) => row.method === method));
  return shown.map((method) => ({
    method,
    points: rows
      .filter((row) => row.method === method)
      .sort((a, b) => a.horizon - b.horizon)
      .flatMap((row) => {
        const quantity = row.gradient?.[pick];
        if (quantity === undefined) return [];
        const label = `${method} · ${T} = ${axisText(row.horizon)} · ${text(quantity.median)}`;
        return [
          {
            x: row.horizon,
            y: clamp(quantity.median),
            ...spreadOf(unitValues(quantity).map(clamp)),
            label,
          },
        ];
      }),
  }));
}
