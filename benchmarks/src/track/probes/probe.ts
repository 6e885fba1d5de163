/** @file What the arm of a commit needs of a cell: something to call again and again, results to read, facts that only the packages know. */
import type { TrackCell } from '@longhorizon/harness';

export interface Probe {
  /** Does it once, until the host knows that it is done. */
  call(): Promise<void>;
  /** Reads back what it came to. */
  read(): Promise<void>;
  /** Of one call and of what is held: derivatives counted, bytes predicted and measured. */
  counters(): Readonly<Record<string, number>>;
  variants(): Readonly<Record<string, string>>;
  close(): void;
}

/** Opens a cell on the process's device. */
export type OpenProbe = (cell: TrackCell) => Promise<Probe>;

/** The commit has no such cell. */
export class MissingCell extends Error {
  override readonly name = 'MissingCell';
}
