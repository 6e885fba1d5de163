import type { Output } from './definition.ts';
import type { ErrorOutput } from './guarded.ts';

/** Where a sweep's command reads and writes. */
export interface SweepSurroundings {
  /** The words that start the benchmark, Node's path first. */
  readonly start: () => readonly string[];
  readonly output: Output;
  readonly errors: ErrorOutput;
  /** Gets the progress of a task. */
  readonly terminal: Output;
}
