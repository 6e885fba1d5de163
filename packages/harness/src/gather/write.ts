import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { csvFormatRows } from 'd3-dsv';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { CellRecord } from '../record/record.ts';
import { writeFileAtomic } from '../store/atomic.ts';
import { makeFolder } from '../store/folder.ts';
import { type Table, tablesOf } from './tables.ts';

/** Formats that `bench gather` writes. `jsonl`: all records in one file, one a line, readable as a store. */
export const formats = ['csv', 'parquet', 'jsonl'] as const;
export type Format = (typeof formats)[number];

/** A table as CSV (RFC 4180): a header, then a line a row; nothing for null. */
export function toCsv(table: Table): string {
  const rows = Array.from({ length: rowCount(table) }, (_, row) =>
    table.columns.map((column) => {
      const value = column.values[row];
      return value === null || value === undefined ? '' : String(value);
    }),
  );
  return `${csvFormatRows([table.columns.map((column) => column.name), ...rows])}\n`;
}

/** A table as a Parquet file. */
export function toParquet(table: Table): Uint8Array {
  const columnData = table.columns.map(({ name, type, values }) => ({ name, type, data: [...values] }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

/** All records, one a line, in the order of their identities. */
export function toJsonLines(records: readonly CellRecord[]): string {
  const key = ({ identity }: CellRecord): string =>
    `${identity.cellId} ${identity.versionId} ${String(identity.attempt).padStart(6, '0')}`;
  const ordered = [...records].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return ordered.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/**
 * Writes records as tables.
 *
 * @returns the names of the files written; tables without rows are left out
 */
export function gather(
  records: readonly CellRecord[],
  folder: string,
  wanted: readonly Format[] = formats,
): readonly string[] {
  makeFolder(folder);
  const temporary = join(folder, '.temporary');
  mkdirSync(temporary, { recursive: true });
  const files: string[] = [];
  const write = (name: string, content: string | Uint8Array): void => {
    writeFileAtomic(join(folder, name), content, temporary);
    files.push(name);
  };
  for (const table of tablesOf(records)) {
    if (rowCount(table) === 0) continue;
    if (wanted.includes('csv')) write(`${table.name}.csv`, toCsv(table));
    if (wanted.includes('parquet')) write(`${table.name}.parquet`, toParquet(table));
  }
  if (wanted.includes('jsonl')) write('records.jsonl', toJsonLines(records));
  return files;
}

function rowCount(table: Table): number {
  return table.columns[0]?.values.length ?? 0;
}
