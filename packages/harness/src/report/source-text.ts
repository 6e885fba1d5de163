import type { Source } from './descriptions.ts';
import { type Content, html } from './html.ts';

/** A source as text, linked where it has an address. */
export function sourceText(source: Source | undefined): Content {
  if (source === undefined) return '';
  return source.url === undefined ? source.citation : html`<a href="${source.url}">${source.citation}</a>`;
}
