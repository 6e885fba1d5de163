import type { Row } from './columns.ts';

/** Takes the rows of one table; `end` finishes and flushes its file. */
export interface TableWriter {
  add(row: Row): void;
  end(): void;
}
