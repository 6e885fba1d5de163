import type { CellConfig, Status } from '../cell/config.ts';
import type { MetricSpec } from '../cell/suite.ts';
import type { Interval } from '../statistics/describe.ts';
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
  /** Settings of the driver that all its records were made under; empty where none is recorded. Rows of others are at another point. */
  readonly variables: string;
  /** The seeds, in the order of all replicates. */
  readonly seeds: readonly number[];
  /** Milliseconds that compare: see {@link Time}. */
  readonly time?: Time;
  readonly memory?: Quantity & {
    readonly predicted: number | null;
    readonly byClass: Readonly<Record<string, number>>;
  };
  readonly gradient?: {
    /** Absent where a vector without length leaves it undefined. */
    readonly cosine?: Quantity;
    readonly relativeError?: Quantity;
    /** Share of entries whose sign is that of the exact one. */
    readonly signAgreement?: Quantity;
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

/** A number over seeds. A seed on which the method failed is infinite, on the side that is worse. */
export interface Quantity {
  readonly median: number;
  readonly q1: number;
  readonly q3: number;
  /** One number a seed, in the order of the row's seeds: the unit of all comparisons. Undefined where a seed was not measured. */
  readonly units: readonly (number | undefined)[];
}

/**
 * A time over cells, one a seed. Where a suite is timed beside a phase, every cell's time is its ratio to that phase, taken in turns, times what
 * the phase usually takes at the point: the median over all cells of all methods there. What the machine did meanwhile cancels out, so these
 * milliseconds can be compared; those of different cells as they were taken cannot.
 */
export interface Time extends Quantity {
  readonly phase: string;
  readonly compileMs: number | null;
  /** Times over those of the phase that was timed in turns with it: the median of the samples' ratios, cell by cell. */
  readonly ratio?: Quantity;
  /** Milliseconds of that phase, cell by cell. */
  readonly baseline?: Quantity;
  /** What that phase usually takes at this point; absent where times are as they were taken. */
  readonly usualBaselineMs?: number;
  /** Milliseconds as they were taken. */
  readonly taken: Quantity;
  /** Cells whose machine was too unsteady for their times to be used. They count only where a row has no other, and then rank nothing. */
  readonly rejected: number;
  /** Whether all that there is comes from such cells: draw it hollow. */
  readonly hollow: boolean;
  /** How many cells shared the machine while it was taken. */
  readonly cellsAtOnce: number;
}

/** A number that training came to. */
export interface Metric extends Quantity {
  readonly spec: MetricSpec;
  /** The metric where the learning curves begin, seed by seed; undefined where there is none. */
  readonly start: readonly (number | undefined)[];
  /** Interval of the median over seeds, with its level; absent where the seeds are so few (up to five) that they say it themselves. */
  readonly interval?: Interval;
}

/** Whose a failure is: the method's (it diverged, it needs more memory or time than there is), or ours, which is not held against it. */
export type Blame = 'method' | 'harness' | 'not-applicable';

/** Why something is missing in a row. */
export interface Trouble {
  readonly pass: string;
  readonly status: Exclude<Status, 'ok'>;
  readonly reason: string;
  readonly seeds: readonly number[];
  /** Of how many seeds of this pass. */
  readonly of: number;
  readonly blame: Blame;
}
