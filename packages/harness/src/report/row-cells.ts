/** @file Cells of tables that several pages have. */
import type { Suite } from '../cell/suite.ts';
import { axisName } from '../cell/titles.ts';
import { type Board, placeSentence, placeText } from '../leaderboard/board.ts';
import { axisText, timesText, timeText } from '../leaderboard/format.ts';
import type { LeaderboardRow } from '../leaderboard/row.ts';
import { type Content, html } from './html.ts';
import { numbers, type SiteColumn } from './table.ts';

/** What the board says of a row, behind its number; the sentence under the pointer. */
export function placeOf(board: Board, key: string): Content {
  const place = board.places.get(key);
  const text = placeText(place);
  if (text === '') return '';
  const best = place?.standing === 'best';
  return html`<span class="place${best ? ' first' : ''}" title="${placeSentence(place, board)}">${text}</span>`;
}

/** `1.8 ×` of what all were timed beside, the comparable milliseconds small behind it; only these where nothing was timed beside. */
export function timeCell({ time }: LeaderboardRow): Content {
  if (time === undefined) return '';
  const hollow = time.hollow
    ? html` <span class="faint" title="the machine was too unsteady while this was timed">○</span>`
    : '';
  if (time.ratio === undefined) return html`${timeText(time.median)}${hollow}`;
  return html`${timesText(time.ratio.median)} <span class="faint small">${timeText(time.median)}</span>${hollow}`;
}

/** What a column of times is sorted by. */
export function timeValue({ time }: LeaderboardRow): number | undefined {
  return time?.ratio?.median ?? time?.median;
}

/** The columns of T and p, by the names that a suite has for them. */
export function axisColumns<Row>(
  pointOf: (row: Row) => { readonly horizon: number; readonly dimension: number },
  suite: Pick<Suite, 'axisNames'> = {},
): readonly SiteColumn<Row>[] {
  return (['horizon', 'dimension'] as const).map((axis) =>
    numbers(
      axisName(suite, axis),
      (row) => pointOf(row)[axis],
      (at = 0) => axisText(at),
      { filter: true },
    ),
  );
}

/** What a row's hypergradient is beside the exact one, in columns of their own. */
export const cosineOf = ({ gradient }: LeaderboardRow): number | undefined => gradient?.cosine?.median;
export const errorOf = ({ gradient }: LeaderboardRow): number | undefined => gradient?.relativeError?.median;
export const signsOf = ({ gradient }: LeaderboardRow): number | undefined => gradient?.signAgreement?.median;
