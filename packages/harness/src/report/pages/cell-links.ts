import { hashOf } from '../../cell/identity.ts';
import type { Entry } from '../../leaderboard/entry.ts';
import type { LeaderboardRow } from '../../leaderboard/row.ts';
import type { SiteContext } from '../context.ts';
import { type Html, html } from '../html.ts';

/** The page on which a cell lies: with those that differ from it in the pass and the seed alone. */
export function cellPagePath({ config: { pass, seed, ...point } }: Pick<Entry, 'config'>): string {
  return `cells/${hashOf(point).slice(0, 16)}.html`;
}

/** The name of a cell's part of its page. */
export function cellAnchor({ identity }: Pick<Entry, 'identity'>): string {
  return `cell-${identity.cellId.slice(0, 12)}`;
}

/** Where a cell lies. */
function cellPath(record: Entry): string {
  return `${cellPagePath(record)}#${cellAnchor(record)}`;
}

/** The cells of a row, pass by pass, one number per seed, which leads to its page where it has one. */
export function cellLinks(
  row: LeaderboardRow,
  { hasCellPages }: Pick<SiteContext, 'hasCellPages'>,
  root = '',
): Html {
  const passes = [...new Set(row.records.map((record) => record.config.pass))].sort();
  const link = (record: Entry): Html =>
    !hasCellPages
      ? html` ${record.config.seed}`
      : html` <a href="${root}${cellPath(record)}" title="${record.status}">${record.config.seed}</a>`;
  const linksOf = (pass: string): Html => {
    const records = row.records.filter((record) => record.config.pass === pass);
    const ordered = [...records].sort((a, b) => a.config.seed - b.config.seed);
    return html`<span class="faint">${pass}</span>${ordered.map(link)} `;
  };
  return html`<span class="small">${passes.map(linksOf)}</span>`;
}

/** Whether a row has something to say in the column of badges. */
export function hasBadges(row: Pick<LeaderboardRow, 'troubles' | 'noisy' | 'time'>): boolean {
  return row.troubles.length > 0 || row.noisy || isTimeShared(row);
}

/** What to add to a title of seconds: how many cells shared the machine, where one did not have it alone. */
export function companyText(cellsAtOnce: readonly (number | undefined)[]): string {
  const most = Math.max(1, ...cellsAtOnce.map((count) => count ?? 1));
  return most === 1 ? '' : `, ${most} cells at once`;
}

/** Whether other cells ran while its time was taken. */
function isTimeShared({ time }: Pick<LeaderboardRow, 'time'>): boolean {
  return (time?.cellsAtOnce ?? 1) > 1;
}

/**
 * Badges for what went wrong in a row, with the reason under the pointer: `oom` where every pass ended like
 * that, `time: timeout` where only some did.
 */
export function troubleBadges(row: Pick<LeaderboardRow, 'troubles' | 'noisy' | 'records' | 'time'>): Html {
  const passes = new Set(row.records.map((record) => record.config.pass)).size;
  const statuses = [...new Set(row.troubles.map((trouble) => trouble.status))];
  const badges = statuses.map((status) => {
    const alike = row.troubles.filter((trouble) => trouble.status === status);
    const where = alike.length === passes ? '' : `${alike.map((trouble) => trouble.pass).join(', ')}: `;
    return html`<span class="badge" title="${alike[0]?.reason ?? ''}">${where}${status}</span>`;
  });
  const noisy = row.noisy
    ? html`<span class="badge calm" title="the machine was noisy during this measurement">noisy</span>`
    : '';
  const shared = isTimeShared(row)
    ? html`<span class="badge calm" title="measured while another cell ran">shared time</span>`
    : '';
  return html`${badges}${noisy}${shared}`;
}
