import { gzipSync } from 'node:zlib';
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { Sink } from '../publish/writer.ts';
import type { ColumnType, Row, Value } from './columns.ts';
import type { TableWriter } from './table-writer.ts';
import type { Table } from './tables.ts';

/** Rows that are held at once. */
const groupRows = 5000;

/** Every reader of files on disk takes gzip; a page of the site is a seventh smaller in it than in Snappy. */
const compression = {
  codec: 'GZIP' as const,
  compressors: { GZIP: (bytes: Uint8Array) => gzipSync(bytes, { level: 9 }) },
};

/** A table as a Parquet file, written a group of rows at a time. */
export function parquetWriter({ columns }: Table, sink: Sink): TableWriter {
  const columnsOf = (rows: readonly Row[]) =>
    columns.map(({ name, type }) => ({
      name,
      type,
      data: rows.map((row) => stored(row[name] ?? null, type)),
    }));
  const writer = new ByteWriter();
  const schema = schemaFromColumnData({ columnData: columnsOf([]) });
  const parquet = new ParquetWriter({ writer, schema, ...compression });
  let rows: Row[] = [];
  const flush = (): void => {
    sink.write(new Uint8Array(writer.buffer, 0, writer.index));
    writer.index = 0;
  };
  const writeGroup = (): void => {
    if (rows.length > 0) parquet.write({ columnData: columnsOf(rows), rowGroupSize: groupRows });
    flush();
    rows = [];
  };
  return {
    add: (row) => {
      rows.push(row);
      if (rows.length === groupRows) writeGroup();
    },
    end: () => {
      writeGroup();
      parquet.finish();
      flush();
      sink.close();
    },
  };
}

/** Whole numbers of 64 bits and times of day have types of their own in Parquet. */
function stored(value: Value, type: ColumnType): Value | bigint | Date {
  if (value === null) return null;
  if (type === 'INT64') return BigInt(Math.round(Number(value)));
  return type === 'TIMESTAMP' ? new Date(String(value)) : value;
}
