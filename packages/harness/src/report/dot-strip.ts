import { percentText } from '../leaderboard/format.ts';
import { type Html, html } from './html.ts';

const [width, height, radius] = [64, 12, 3] as const;

/** Shares as dots on a strip from 0 to 1, or to the outermost of them; lines at 0 and 1. What they are is said in words to who does not see them. */
export function dotStrip(shares: readonly number[]): Html {
  const [low, high] = [Math.min(0, ...shares), Math.max(1, ...shares)];
  const at = (share: number): string =>
    (radius + ((width - 2 * radius) * (share - low)) / (high - low)).toFixed(1);
  const label = shares.map((share) => percentText(share)).join(', ');
  return html`<svg class="strip" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${[
    0, 1,
  ].map(
    (share) => html`<line x1="${at(share)}" x2="${at(share)}" y1="0" y2="${height}"/>`,
  )}${shares.map((share) => html`<circle cx="${at(share)}" cy="${height / 2}" r="${radius}"/>`)}</svg>`;
}
