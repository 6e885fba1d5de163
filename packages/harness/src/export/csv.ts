import { csvFormatRow } from 'd3-dsv';
import type { Sink } from '../publish/writer.ts';
import type { Value } from './columns.ts';
import type { TableWriter } from './table-writer.ts';
import type { Table } from './tables.ts';

/**
 * A table as CSV: a header, then a line a row; nothing for null. Numbers are written to the last bit. A text that a spreadsheet would
 * take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a carriage return) gets an apostrophe before it.
 */
export function csvWriter({ columns }: Table, sink: Sink): TableWriter {
  const line = (cells: readonly string[]): void => sink.write(`${csvFormatRow([...cells])}\n`);
  line(columns.map(({ name }) => cellText(name)));
  return {
    add: (row) => line(columns.map(({ name }) => cellText(row[name]))),
    end: () => sink.close(),
  };
}

function cellText(value: Value | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
}
