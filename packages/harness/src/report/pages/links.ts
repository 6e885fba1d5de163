import { slugOf } from '../../publish/slug.ts';
import type { SiteContext } from '../context.ts';
import { type Html, html } from '../html.ts';

/** Where a method's card lies. */
export function methodPath(id: string): string {
  return `methods/${slugOf(id)}.html`;
}

/** Where a problem's page lies. */
export function problemPath(suite: string, problem: string): string {
  return `problems/${slugOf(`${suite}/${problem}`)}.html`;
}

/** The page of studies. */
export const studiesPath = 'studies.html';

/** The method's name, linked to its card. */
export function methodLink(
  { cards }: SiteContext,
  row: { readonly suite: string; readonly method: string },
  root = '',
): Html {
  const card = cards.find(({ has }) => has(row));
  const title = card?.described?.title;
  const name = row.method;
  return html`<a href="${root}${methodPath(card?.id ?? name)}"${title === undefined ? '' : html` title="${title}"`}>${name}</a>`;
}
