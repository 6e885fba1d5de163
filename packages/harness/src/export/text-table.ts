import Table from 'cli-table3';
import { printableLine } from '../printable.ts';

/** A column of a text table. */
export interface TextColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

const edges = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
];
const lines = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'];

/** A table of columns with two spaces between them and no lines. Cells are printed as they are. */
export function bareTable(options: Table.TableConstructorOptions = {}): Table.Table {
  return new Table({
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: Object.fromEntries([...edges, ...lines].map((part) => [part, ''])),
    ...options,
  });
}

/** A table for a terminal or a log, with no more in it than text: columns lined up, two spaces between them, a rule under the header. */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  const table = bareTable({
    head: columns.map((column) => printableLine(column.title)),
    colAligns: columns.map((column) => column.align ?? 'left'),
  });
  table.push(...rows.map((row) => row.map(printableLine)));
  const [head = '', ...body] = table.toString().split('\n');
  const text = [
    head,
    '─'.repeat(Math.max(head.trimEnd().length, ...body.map((line) => line.trimEnd().length))),
    ...body,
  ];
  return text.map((line) => line.trimEnd()).join('\n');
}
