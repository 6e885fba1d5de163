import { hashOf } from '../cell/identity.ts';
import type { Suite } from '../cell/suite.ts';
import { UsageError } from '../errors.ts';
import { publishFolder } from '../publish/folder.ts';
import type { FolderWriter, Sink } from '../publish/writer.ts';
import type { CellRecord } from '../record/record.ts';
import { csvWriter } from './csv.ts';
import { exchangeFiles, exchangeFormats } from './exchange/files.ts';
import { MetricCollector } from './exchange/metrics.ts';
import { gzipped } from './gzip.ts';
import { latexText } from './latex.ts';
import { parquetWriter } from './parquet.ts';
import { dictionaryText, type Records, type Survey, surveyTables } from './tables.ts';

/**
 * Formats that `bench gather` writes. `jsonl`: all records in one file, one a line, readable as a store; `latex`: what boards show, as booktabs
 * tables; the rest are those of tools that follow performance.
 */
export const formats = ['csv', 'parquet', 'jsonl', 'latex', ...exchangeFormats] as const;
/** Those that are written where nothing else is said. */
export const usualFormats: readonly Format[] = ['csv', 'parquet', 'jsonl'];
/** A format of exported tables. */
export type Format = (typeof formats)[number];

/** What was gathered. */
export interface Gathered {
  readonly records: number;
  /** Names of the files; tables without rows are left out. */
  readonly files: readonly string[];
}

/**
 * Writes records as tables into a folder of their own, row by row: any number of records in bounded memory, if they come one at a time.
 *
 * @param suites what says which phase times are taken in turns with, and which metric a problem is about
 * @throws UsageError when there are no records, or the folder holds something else than tables of ours
 */
export async function gather(
  records: Records,
  folder: string,
  wanted: readonly Format[] = usualFormats,
  suites: readonly Suite[] = [],
): Promise<Gathered> {
  let survey: Survey | undefined;
  const builtFrom = (): string => hashOf([survey?.key ?? '', wanted]);
  const files = await publishFolder(folder, { kind: 'tables', builtFrom }, (writer) => {
    survey = surveyTables(records, suites);
    if (survey.records === 0)
      throw new UsageError('There are no records to gather. Run the benchmark first.');
    const tables = openTables(survey, writer, { formats: wanted });
    writer.write('README.md', dictionaryText(survey));
    if (wanted.includes('latex')) writer.write('boards.tex', latexText(survey.boards, suites));
    const exchanged = exchangeFormats.filter((format) => wanted.includes(format));
    const collector = new MetricCollector();
    for (const record of records) {
      tables.add(record);
      if (exchanged.length > 0) collector.add(record);
    }
    tables.end();
    for (const format of exchanged) {
      const made = exchangeFiles(format, collector.metrics(), collector.provenance());
      for (const [name, text] of Object.entries(made)) writer.write(name, text);
    }
  });
  return { records: survey?.records ?? 0, files };
}

/** Takes the records a second time; `end` finishes and flushes all files. */
export interface TablesWriter {
  add(record: CellRecord): void;
  /** Puts a record into the file of records alone. */
  keep(record: CellRecord): void;
  end(): void;
}

/** Which files, and where. */
export interface TableFiles {
  /** Before each name. */
  readonly prefix?: string;
  readonly formats?: readonly Format[];
  /** Only what boards show as CSV, everything as Parquet, and the records compressed: a page is to be light. */
  readonly light?: boolean;
}

/** Opens the files of tables in a folder that is being built: the rows of all of them are written as records come. */
export function openTables(
  survey: Survey,
  writer: FolderWriter,
  { prefix = '', formats: wanted = usualFormats, light = false }: TableFiles = {},
): TablesWriter {
  const outputs = survey.tables
    .filter(({ count }) => count > 0)
    .map((table) => {
      const open = (extension: string) => writer.open(`${prefix}${table.name}.${extension}`);
      const writers = [
        ...(wanted.includes('csv') && (!light || table.name === 'rows')
          ? [csvWriter(table, open('csv'))]
          : []),
        ...(wanted.includes('parquet') ? [parquetWriter(table, open('parquet'))] : []),
      ];
      return { table, writers };
    });
  const openBundle = (): Sink =>
    light ? gzipped(writer.open(`${prefix}records.jsonl.gz`)) : writer.open(`${prefix}records.jsonl`);
  const bundle = wanted.includes('jsonl') ? openBundle() : undefined;
  const keep = (record: CellRecord): void => void bundle?.write(`${JSON.stringify(record)}\n`);
  return {
    keep,
    add: (record) => {
      keep(record);
      for (const { table, writers } of outputs) {
        for (const row of table.rowsOf(record)) for (const output of writers) output.add(row);
      }
    },
    end: () => {
      bundle?.close();
      for (const { table, writers } of outputs) {
        for (const output of writers) {
          for (const row of table.rows) output.add(row);
          output.end();
        }
      }
    },
  };
}
