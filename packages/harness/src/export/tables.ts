import { createHash } from 'node:crypto';
import type { Suite } from '../cell/suite.ts';
import { type Entry, entryMaker } from '../leaderboard/entry.ts';
import type { LeaderboardRow } from '../leaderboard/row.ts';
import { currentKey, leaderboardRows, orderOf } from '../leaderboard/rows.ts';
import { attemptKey, type CellRecord } from '../record/record.ts';
import { cellColumns } from './cell-columns.ts';
import { type Column, type Row, rowFrom, type Told } from './columns.ts';
import { longTables } from './long-columns.ts';
import { boardRows, rowColumns } from './row-columns.ts';

/** A table: its columns are the same whatever the records hold, its rows are made from the records one at a time. */
export interface Table {
  readonly name: string;
  /** For the data dictionary. */
  readonly says: string;
  readonly columns: readonly Column[];
  readonly count: number;
  readonly rowsOf: (record: CellRecord) => readonly Row[];
  /** Rows that only all records together give. */
  readonly rows: readonly Row[];
}

/** Records that can be gone through more than once: a list, or a reader of files. */
export type Records = Iterable<CellRecord>;

/** What going through the records once tells. */
export interface Survey {
  readonly records: number;
  /** Hash of which records there are, in their order. */
  readonly key: string;
  readonly tables: readonly Table[];
  /** The rows of all boards. */
  readonly boards: readonly LeaderboardRow[];
}

/** Counts the rows of all tables from records that are handed to it one at a time. */
export interface TableSurvey {
  add(record: CellRecord): void;
  end(): Survey;
}

/** Goes through the records once: which are current, and what boards say. */
export function surveyTables(records: Records, suites: readonly Suite[] = []): Survey {
  const survey = tableSurvey(suites);
  for (const record of records) survey.add(record);
  return survey.end();
}

/** As {@link surveyTables}, for callers that also read the records for another purpose. */
export function tableSurvey(suites: readonly Suite[] = []): TableSurvey {
  const current = new Map<string, string>();
  const beside = new Map(suites.map(({ name, timedBeside }) => [name, timedBeside?.phase]));
  const told = (record: CellRecord): Told => ({
    record,
    current: current.get(currentKey(record)) === orderOf(record),
    beside: beside.get(record.config.suite),
  });
  const entryOf = entryMaker(suites, { curves: false });
  const entries: Entry[] = [];
  const counts = new Map<string, number>();
  const key = createHash('sha256');
  let count = 0;
  return {
    add: (record) => {
      count++;
      key.update(attemptKey(record));
      const [cell, order] = [currentKey(record), orderOf(record)];
      const known = current.get(cell);
      if (known === undefined || order > known) current.set(cell, order);
      entries.push(entryOf(record));
      const said = told(record);
      for (const { name, rowsOf } of longTables)
        counts.set(name, (counts.get(name) ?? 0) + rowsOf(said).length);
    },
    end: () => {
      const boards = leaderboardRows(entries, suites);
      const rows = boardRows(boards);
      const none = (): readonly Row[] => [];
      return {
        records: count,
        key: key.digest('hex'),
        boards,
        tables: [
          {
            name: 'rows',
            says: 'What boards show: a row a method and point (same suite, problem, T, p, profile, device), over all seeds and passes.',
            columns: rowColumns,
            count: rows.length,
            rowsOf: none,
            rows,
          },
          {
            name: 'cells',
            says: 'A row a record, every attempt included.',
            columns: cellColumns,
            count,
            rowsOf: (record) => [rowFrom(cellColumns, told(record))],
            rows: [],
          },
          ...longTables.map(({ name, says, columns, rowsOf }) => ({
            name,
            says,
            columns,
            count: counts.get(name) ?? 0,
            rowsOf: (record: CellRecord) => rowsOf(told(record)),
            rows: [],
          })),
        ],
      };
    },
  };
}

/** The data dictionary: every table and column, with its type and what it says. */
export function dictionaryText({ tables }: Survey): string {
  const sections = tables.map(({ name, says, columns, count }) =>
    [
      `## ${name}`,
      '',
      `${says} ${count} rows.`,
      '',
      '| column | type | what it is |',
      '| --- | --- | --- |',
      ...columns.map((column) => `| ${column.name} | ${column.type} | ${column.says} |`),
    ].join('\n'),
  );
  return `# Tables

The same tables as Parquet and CSV (a page has \`rows\` alone as CSV); columns and types are the same whatever the records hold. Tables without rows are not written. Milliseconds of
different cells do not compare, their ratios do: use \`time_ratio\`, or \`time_ms\` of \`rows\`. A best set holds every truly best method with a chance of
95 %: \`best\` and \`worse\` are told apart, \`undecided\` shows no difference, \`unranked\` has too few seeds (five; three cells for times).

${sections.join('\n\n')}
`;
}
