/** @file What one line of a leaderboard says. */
import type { CellConfig, Status } from '../cell/config.ts';
import type { MetricSpec } from '../cell/suite.ts';
import type { Interval } from '../statistics/describe.ts';
import type { Replicates } from '../statistics/paired.ts';
import type { Device } from './device.ts';
import type { Entry } from './entry.ts';

/** One line of a leaderboard: a method at one point of the benchmark, over all seeds and passes. */
export interface LeaderboardRow {
  readonly key: string;
  /** What the row shares with those it is ranked against. */
  readonly point: string;
  readonly suite: string;
  readonly problem: string;
  readonly method: string;
  readonly horizon: number;
  readonly dimension: number;
  readonly profile: string;
  readonly parameters: CellConfig['parameters'];
  readonly device: Device;
  /** The seeds, in the order of all replicates. */
  readonly seeds: readonly number[];
  readonly time?: Quantity & {
    readonly phase: string;
    readonly compileMs: number | null;
    /** Times over those of the phase that was timed in turns with it, sample by sample. */
    readonly beside?: Quantity;
    /** How many cells shared the machine while it was taken. */
    readonly cellsAtOnce: number;
  };
  readonly memory?: Quantity & {
    readonly predicted: number | null;
    readonly byClass: Readonly<Record<string, number>>;
  };
  readonly gradient?: {
    /** Absent where a vector without length leaves it undefined. */
    readonly cosine?: Quantity;
    readonly relativeError?: Quantity;
    readonly reference: string;
  };
  readonly metric?: Metric;
  /** Further metrics of the suite, in its order. */
  readonly moreMetrics: readonly Metric[];
  readonly counters: Readonly<Record<string, number>>;
  readonly troubles: readonly Trouble[];
  readonly noisy: boolean;
  /** The records the row is made of. */
  readonly records: readonly Entry[];
}

/** A number over seeds. Misses are infinite. */
export interface Quantity {
  readonly median: number;
  readonly q1: number;
  readonly q3: number;
  readonly replicates: Replicates;
}

/** A number that training came to. */
export interface Metric extends Quantity {
  readonly spec: MetricSpec;
  /** Whether replicates are scores of tasks, the same for all methods. */
  readonly paired: boolean;
  /** Bootstrap interval over seeds and tasks. */
  readonly interval: Interval;
}

/** Why something is missing in a row. */
export interface Trouble {
  readonly pass: string;
  readonly status: Exclude<Status, 'ok'>;
  readonly reason: string;
  readonly seeds: readonly number[];
}
