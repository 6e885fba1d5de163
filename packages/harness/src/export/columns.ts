import type { CellRecord } from '../record/record.ts';

/** A cell of a table; null where a record has nothing to say. Times of day are ISO 8601 text, whole numbers are numbers. */
export type Value = string | number | boolean | null;

/** Types that Parquet has and CSV readers agree on. */
export type ColumnType = 'STRING' | 'DOUBLE' | 'BOOLEAN' | 'INT64' | 'TIMESTAMP';

/** One column of a table: always there, always of one type, whatever the records hold. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** For the data dictionary: what it is, with its unit. */
  readonly says: string;
}

/** A column and where its value comes from. */
export interface ColumnOf<Source> extends Column {
  readonly pick: (source: Source) => Value | undefined;
}

/** Declares a column. */
export function column<Source>(
  name: string,
  type: ColumnType,
  says: string,
  pick: (source: Source) => Value | undefined,
): ColumnOf<Source> {
  return { name, type, says, pick };
}

/** A row of a table, by column. */
export type Row = Readonly<Record<string, Value | undefined>>;

/** The row of a source. */
export function rowFrom<Source>(columns: readonly ColumnOf<Source>[], source: Source): Row {
  return Object.fromEntries(columns.map(({ name, pick }) => [name, pick(source)]));
}

/** A record, and what only all of them together tell. */
export interface Told {
  readonly record: CellRecord;
  /** Whether it is the latest of its cell on its device. */
  readonly current: boolean;
  /** The phase that the suite's times are taken in turns with. */
  readonly beside: string | undefined;
}
