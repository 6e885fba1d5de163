import Table from 'cli-table3';
import { printableLine } from '../printable.ts';

/** A column of a text table. */
export interface TextColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** A table for a terminal or a log, with no more in it than text: columns lined up, two spaces between them, a rule under the header. */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  const none = '';
  const table = new Table({
    head: columns.map((column) => printableLine(column.title)),
    colAligns: columns.map((column) => column.align ?? 'left'),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: {
      top: none,
      'top-mid': none,
      'top-left': none,
      'top-right': none,
      bottom: none,
      'bottom-mid': none,
      'bottom-left': none,
      'bottom-right': none,
      left: none,
      'left-mid': none,
      mid: none,
      'mid-mid': none,
      right: none,
      'right-mid': none,
      middle: none,
    },
  });
  table.push(...rows.map((row) => row.map(printableLine)));
  const [head = '', ...body] = table.toString().split('\n');
  const lines = [
    head,
    '─'.repeat(Math.max(head.trimEnd().length, ...body.map((line) => line.trimEnd().length))),
    ...body,
  ];
  return lines.map((line) => line.trimEnd()).join('\n');
}
