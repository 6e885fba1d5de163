import { type Content, type Html, html, raw } from './html.ts';

/** A column of a table on a page. */
export interface SiteColumn<Row> {
  readonly title: string;
  /** Explains the column when the pointer rests on its title. */
  readonly note?: string;
  /** Prose breaks into lines; the other two stay on one. */
  readonly kind: 'text' | 'prose' | 'number';
  /** What is shown. */
  readonly show: (row: Row) => Content;
  /** What is sorted by; the text of the cell where left out. Infinity and undefined go last. */
  readonly value?: (row: Row) => number | string | undefined;
  /** Offers a choice of the column's values above the table. */
  readonly filter?: boolean;
}

/** How a table behaves. */
export interface TableOptions<Row> {
  readonly caption?: string;
  /** Rows that belong together get a line above the first. */
  readonly group?: (row: Row) => string;
  readonly sortable?: boolean;
}

/**
 * A table that reads without JavaScript and sorts and filters with it: the script finds its orders in
 * `data-value` and its filters in `data-filter`. Columns that nothing fills are left out.
 */
export function siteTable<Row>(
  columns: readonly SiteColumn<Row>[],
  rows: readonly Row[],
  options: TableOptions<Row> = {},
): Html {
  return raw([...tablePieces(columns, rows, options)].map((piece) => piece.html).join(''));
}

/** A table row by row, for one that is too long to be held as text. */
export function* tablePieces<Row>(
  columns: readonly SiteColumn<Row>[],
  rows: readonly Row[],
  options: TableOptions<Row> = {},
): Generator<Html> {
  const filled = columns.filter(({ show }) =>
    rows.some((row) => {
      const shown = show(row);
      return shown !== '' && shown !== undefined;
    }),
  );
  yield html`<div class="scroll"><table${options.sortable === false ? '' : html` data-sortable`}>
${options.caption === undefined ? '' : html`<caption>${options.caption}</caption>`}
<thead><tr>${filled.map((column) => header(column))}</tr></thead>
<tbody>
`;
  const group = options.group ?? (() => '');
  for (const [index, row] of rows.entries()) {
    const opens = index > 0 && group(row) !== group(rows[index - 1] as Row);
    yield html`<tr${opens ? html` class="opens"` : ''}>${filled.map((column) => cell(column, row))}</tr>\n`;
  }
  yield raw('</tbody></table></div>');
}

function header<Row>({ title, note, kind, filter }: SiteColumn<Row>): Html {
  const explained = note === undefined ? '' : html` title="${note}"`;
  return html`<th scope="col"${kind === 'number' ? html` class="number"` : ''}${explained}${filter === true ? html` data-filter` : ''}>${title}</th>`;
}

function cell<Row>({ kind, value, show }: SiteColumn<Row>, row: Row): Html {
  const sortKey = value?.(row);
  const key = sortKey === undefined || Number.isNaN(sortKey) ? '' : html` data-value="${String(sortKey)}"`;
  return html`<td${kind === 'text' ? '' : html` class="${kind}"`}${key}>${show(row)}</td>`;
}
