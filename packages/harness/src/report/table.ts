import { type Content, type Html, html, raw } from './html.ts';

/** A column of a table on a page. */
export interface SiteColumn<Row> {
  readonly title: string;
  /** Explains the column; all of a table's stand below it. */
  readonly note?: string;
  /** `name` heads its row; prose breaks into lines, the others stay on one. */
  readonly kind: 'name' | 'text' | 'prose' | 'number';
  /** What is shown. */
  readonly show: (row: Row) => Content;
  /** What is sorted by; the text of the cell where left out. Infinity and undefined go last. */
  readonly value?: (row: Row) => number | string | undefined;
  /** Offers a choice of the column's values above the table; `most` of the largest value that stays. */
  readonly filter?: boolean | 'most';
  /** What is good, as an arrow in the head. */
  readonly better?: 'less' | 'more';
  /** Neighbouring columns of one head share it. */
  readonly head?: string;
  /** The column is for screens: paper has no room for it. */
  readonly screenOnly?: boolean;
  /** The column is for wide pages: a phone has no room for it. */
  readonly wideOnly?: boolean;
}

/** A column of numbers, sorted by the number and showing it as text. */
export function numbers<Row>(
  title: string,
  value: (row: Row) => number | undefined,
  text: (value: number | undefined) => Content,
  more: Partial<SiteColumn<Row>> = {},
): SiteColumn<Row> {
  return { title, kind: 'number', show: (row) => text(value(row)), value, ...more };
}

/** How a table behaves. */
export interface TableOptions<Row> {
  /** What the table holds, for those who do not see it. */
  readonly label: string;
  readonly caption?: string;
  /** Rows that belong together get a line above the first. */
  readonly group?: (row: Row) => string;
  readonly sortable?: boolean;
  /** Whether its filters are kept in the address, so that a choice can be linked. One table a page. */
  readonly addressed?: boolean;
}

/**
 * A table that reads without JavaScript and sorts and filters with it: the script finds its orders in
 * `data-value` and its filters in `data-filter`. Columns that nothing fills are left out.
 */
export function siteTable<Row>(
  columns: readonly SiteColumn<Row>[],
  rows: readonly Row[],
  options: TableOptions<Row>,
): Html {
  return raw([...tablePieces(columns, rows, options)].map((piece) => piece.html).join(''));
}

/** A table row by row, for one that is too long to be held as text. */
export function* tablePieces<Row>(
  columns: readonly SiteColumn<Row>[],
  rows: readonly Row[],
  options: TableOptions<Row>,
): Generator<Html> {
  const filled = columns.filter(({ show }) =>
    rows.some((row) => {
      const shown = show(row);
      return shown !== '' && shown !== undefined;
    }),
  );
  const { label, caption, sortable = true, addressed = false } = options;
  yield html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table${sortable ? html` data-sortable` : ''}${addressed ? html` data-addressed` : ''}>
<caption${caption === undefined ? html` class="unseen"` : ''}>${caption ?? label}</caption>
<thead>${headRow(filled)}<tr>${filled.map((column) => header(column))}</tr></thead>
<tbody>
`;
  const group = options.group ?? (() => '');
  for (const [index, row] of rows.entries()) {
    const opens = index > 0 && group(row) !== group(rows[index - 1] as Row);
    yield html`<tr${opens ? html` class="opens"` : ''}>${filled.map((column) => cell(column, row))}</tr>\n`;
  }
  yield raw('</tbody></table></div>');
  yield notesOf(filled);
}

/** Heads over several columns, where there are any. Columns that are not always there have a cell of their own, which goes with them. */
function headRow<Row>(columns: readonly SiteColumn<Row>[]): Content {
  if (columns.every(({ head }) => head === undefined)) return '';
  const spans: { head: string; shown: string; count: number; classes: string }[] = [];
  for (const column of columns) {
    const { head = '' } = column;
    const classes = presenceOf(column);
    const last = spans.at(-1);
    if (last?.head === head && last.classes === classes) last.count++;
    // What goes with its columns is headed once, over those that are always there.
    else spans.push({ head, shown: last?.head === head ? '' : head, count: 1, classes });
  }
  return html`<tr class="heads">${spans.map(({ shown, count, classes }) => {
    const named = classes === '' ? '' : html` class="${classes}"`;
    return shown === ''
      ? html`<td colspan="${count}"${named}></td>`
      : html`<th scope="colgroup" colspan="${count}"${named}>${shown}</th>`;
  })}</tr>`;
}

const arrows = { less: '↓', more: '↑' } as const;

/** Where a column is shown, as classes. */
function presenceOf<Row>({ screenOnly, wideOnly }: SiteColumn<Row>): string {
  return [screenOnly === true ? 'screen' : '', wideOnly === true ? 'wide' : ''].filter(Boolean).join(' ');
}

function classesOf<Row>(column: SiteColumn<Row>): Content {
  const { kind } = column;
  const text = [kind === 'text' || kind === 'name' ? '' : kind, presenceOf(column)].filter(Boolean).join(' ');
  return text === '' ? '' : html` class="${text}"`;
}

function header<Row>(column: SiteColumn<Row>): Html {
  const { title, filter, better } = column;
  const filtered = filter === 'most' ? html` data-filter="most"` : filter === true ? html` data-filter` : '';
  const arrow = better === undefined ? '' : ` ${arrows[better]}`;
  return html`<th scope="col"${classesOf(column)}${filtered} data-title="${title}">${title}${arrow}</th>`;
}

function cell<Row>(column: SiteColumn<Row>, row: Row): Html {
  const { kind, value, show } = column;
  const sortKey = value?.(row);
  const key = sortKey === undefined || Number.isNaN(sortKey) ? '' : html` data-value="${String(sortKey)}"`;
  return kind === 'name'
    ? html`<th scope="row"${classesOf(column)}${key}>${show(row)}</th>`
    : html`<td${classesOf(column)}${key}>${show(row)}</td>`;
}

/** What the columns say, for fingers and keyboards as well as pointers. */
function notesOf<Row>(columns: readonly SiteColumn<Row>[]): Html {
  const noted = columns.filter(({ note }) => note !== undefined);
  if (noted.length === 0) return raw('');
  return html`<details class="notes"><summary>What the columns say</summary><dl>${noted.map(
    ({ title, note }) => html`<dt>${title}</dt><dd>${note}</dd>`,
  )}</dl></details>`;
}
