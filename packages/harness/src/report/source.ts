import { type Content, html } from './html.ts';

/** Where a method or a number comes from. */
export interface Source {
  /** Authors, title, venue, year. */
  readonly citation: string;
  readonly url?: string;
}

/** A source as text, linked where it has an address. */
export function sourceText(source: Source | undefined): Content {
  if (source === undefined) return '';
  return source.url === undefined ? source.citation : html`<a href="${source.url}">${source.citation}</a>`;
}
