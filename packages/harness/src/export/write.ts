import { hashOf } from '../cell/identity.ts';
import { UsageError } from '../errors.ts';
import { publishFolder } from '../publish/folder.ts';
import type { FolderWriter } from '../publish/writer.ts';
import { csvWriter } from './csv.ts';
import { parquetWriter } from './parquet.ts';
import { type Records, type Row, type Survey, surveyTables } from './tables.ts';

/** Formats that `bench gather` writes. `jsonl`: all records in one file, one a line, readable as a store. */
export const formats = ['csv', 'parquet', 'jsonl'] as const;
export type Format = (typeof formats)[number];

/** Takes the rows of one table; `end` finishes and flushes its file. */
export interface TableWriter {
  add(row: Row): void;
  end(): void;
}

/** What was gathered. */
export interface Gathered {
  readonly records: number;
  /** Names of the files; tables without rows are left out. */
  readonly files: readonly string[];
}

/**
 * Writes records as tables into a folder of their own, row by row: any number of records in bounded memory, if they come one at a time.
 *
 * @throws UsageError when there are no records, or the folder holds something else than tables of ours
 */
export async function gather(
  records: Records,
  folder: string,
  wanted: readonly Format[] = formats,
): Promise<Gathered> {
  let survey: Survey | undefined;
  const builtFrom = (): string => hashOf([survey?.key ?? '', wanted]);
  const files = await publishFolder(folder, { kind: 'tables', builtFrom }, (writer) => {
    survey = writeTables(records, writer, '', wanted);
    if (survey.records === 0)
      throw new UsageError('There are no records to gather. Run the benchmark first.');
  });
  return { records: survey?.records ?? 0, files };
}

/**
 * Writes records as tables into a folder that is being built, each file's name behind a prefix. Goes through the records twice: for the
 * columns, and for the rows of all files at once.
 */
export function writeTables(
  records: Records,
  writer: FolderWriter,
  prefix = '',
  wanted: readonly Format[] = formats,
): Survey {
  const survey = surveyTables(records);
  const outputs = survey.tables
    .filter(({ count }) => count > 0)
    .map((table) => {
      const open = (extension: string) => writer.open(`${prefix}${table.name}.${extension}`);
      const writers = [
        ...(wanted.includes('csv') ? [csvWriter(table, open('csv'))] : []),
        ...(wanted.includes('parquet') ? [parquetWriter(table, open('parquet'))] : []),
      ];
      return { table, writers };
    });
  const bundle = wanted.includes('jsonl') ? writer.open(`${prefix}records.jsonl`) : undefined;
  for (const record of records) {
    bundle?.write(`${JSON.stringify(record)}\n`);
    for (const { table, writers } of outputs) {
      for (const row of table.rowsOf(record)) for (const output of writers) output.add(row);
    }
  }
  bundle?.close();
  for (const { writers } of outputs) for (const output of writers) output.end();
  return survey;
}
