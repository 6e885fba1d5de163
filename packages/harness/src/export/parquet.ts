/** @file Tables as Parquet. */
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { Sink } from '../publish/writer.ts';
import type { TableWriter } from './table-writer.ts';
import type { Row, Table } from './tables.ts';

/** Rows that are held at once. */
const groupRows = 5000;

/** A table as a Parquet file, written a group of rows at a time. */
export function parquetWriter({ columns }: Table, sink: Sink): TableWriter {
  const columnsOf = (rows: readonly Row[]) =>
    columns.map(({ name, type }) => ({ name, type, data: rows.map((row) => row[name] ?? null) }));
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData: columnsOf([]) }) });
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
