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

/** Where a value stands in a source: `record.memory.peakBytes`; what is absent on the way leaves the cell empty. */
type PathIn<Source> = string extends keyof Source
  ? never
  : {
      [Name in keyof Source & string]-?: NonNullable<Source[Name]> extends Value
        ? Name
        : NonNullable<Source[Name]> extends readonly unknown[]
          ? never
          : `${Name}.${PathIn<NonNullable<Source[Name]>>}`;
    }[keyof Source & string];

/** A column as a line of a list: its name, its type, what it says, and where its value stands or how it is found. */
type Declared<Source> = readonly [
  name: string,
  type: ColumnType,
  says: string,
  from: PathIn<Source> | ColumnOf<Source>['pick'],
];

/** Declares columns. */
export function columnsOf<Source>(lines: readonly Declared<Source>[]): readonly ColumnOf<Source>[] {
  return lines.map(([name, type, says, from]) => {
    if (typeof from === 'function') return { name, type, says, pick: from };
    const path = from.split('.');
    return { name, type, says, pick: (source) => valueAt(source, path) };
  });
}

function valueAt(source: unknown, path: readonly string[]): Value | undefined {
  let part = source;
  for (const name of path) part = (part as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return part as Value | undefined;
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
