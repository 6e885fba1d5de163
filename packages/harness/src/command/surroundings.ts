import type { TrackDefinition } from '../track/run.ts';
import type { BenchDefinition, Output } from './definition.ts';
import type { ErrorOutput } from './guarded.ts';

/** Where a command writes. */
export interface Streams {
  readonly output: Output;
  readonly errors: ErrorOutput;
}

/** What the commands of a benchmark share. */
export interface Surroundings extends Streams {
  readonly definition: BenchDefinition;
  /** Folder of results without `--out`. */
  readonly folder: string;
  /** Gets the progress of a run or a task. */
  readonly terminal: Output;
  /** The words that start the benchmark, Node's path first. */
  readonly start: () => readonly string[];
}

/** What the commands below `track` share. */
export interface TrackSurroundings extends Streams {
  readonly tracking: TrackDefinition;
  /** The repository's folder. */
  readonly root: string;
  /** Tells how far a command is. */
  readonly say: (text: string) => void;
}
