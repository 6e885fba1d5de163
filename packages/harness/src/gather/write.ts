import { csvFormatRows } from 'd3-dsv';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { hashOf } from '../cell/identity.ts';
import { UsageError } from '../errors.ts';
import { publishFolder } from '../publish/folder.ts';
import type { FolderWriter } from '../publish/writer.ts';
import { attemptKey, type CellRecord } from '../record/record.ts';
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
 * Writes records as tables into a folder of their own.
 *
 * @returns the names of the files written; tables without rows are left out
 * @throws UsageError when there are no records, or the folder holds something else than tables of ours
 */
export async function gather(
  records: readonly CellRecord[],
  folder: string,
  wanted: readonly Format[] = formats,
): Promise<readonly string[]> {
  if (records.length === 0) throw new UsageError('There are no records to gather. Run the benchmark first.');
  const builtFrom = hashOf([records.map(attemptKey).sort(), wanted]);
  return publishFolder(folder, { kind: 'tables', builtFrom }, (writer) =>
    writeTables(records, writer, '', wanted),
  );
}

/** Writes records as tables into a folder that is being built, each file's name behind a prefix. */
export function writeTables(
  records: readonly CellRecord[],
  writer: FolderWriter,
  prefix = '',
  wanted: readonly Format[] = formats,
): void {
  for (const table of tablesOf(records)) {
    if (rowCount(table) === 0) continue;
    if (wanted.includes('csv')) writer.write(`${prefix}${table.name}.csv`, toCsv(table));
    if (wanted.includes('parquet')) writer.write(`${prefix}${table.name}.parquet`, toParquet(table));
  }
  if (wanted.includes('jsonl')) writer.write(`${prefix}records.jsonl`, toJsonLines(records));
}

function rowCount(table: Table): number {
  return table.columns[0]?.values.length ?? 0;
}
