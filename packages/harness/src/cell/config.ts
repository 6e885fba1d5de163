/** Any value that JSON can hold. Numbers must be finite. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** A JSON object: free parameters of a cell, details of a record. */
export type JsonObject = { readonly [key: string]: JsonValue };

/**
 * One question the benchmark asks. Everything that changes the answer is here, and nothing else is:
 * two runs with equal configurations, seeds and code must give the same stable content.
 */
export interface CellConfig {
  readonly suite: string;
  readonly problem: string;
  readonly method: string;
  /** T: how many inner steps; 1 where a suite has no horizon. */
  readonly horizon: number;
  /** p: how many hyperparameters, or the size on which a kernel runs. */
  readonly dimension: number;
  /** The repetition. Streams of random numbers are derived from it, axis by axis. */
  readonly seed: number;
  readonly profile: string;
  /** What is measured in this run: memory and time are never taken in the same pass. */
  readonly pass: string;
  /** Whatever else the suite varies: batch size, inner learning rate, budget. */
  readonly parameters: JsonObject;
}

/** How a cell's tuned numbers were chosen: what was tried, what it came to, and what was taken. */
export interface Tuning {
  /** The metric that was judged, and which way is better. */
  readonly metric: string;
  readonly direction: 'higher' | 'lower';
  /** How many settings each method tried; those that diverged count. */
  readonly trials: number;
  /** The seeds on which every setting was tried. */
  readonly seeds: readonly number[];
  /** Every setting with the mean of the metric over the seeds; null where it failed on one of them. */
  readonly tried: readonly { readonly values: JsonObject; readonly score: number | null }[];
  readonly chosen: JsonObject;
  /** Numbers whose chosen value is the first or the last of those tried: the grid may be too small. */
  readonly atEdge: readonly string[];
  /** Exact counts summed over all trials: what the choice cost. */
  readonly counters: Readonly<Record<string, number>>;
}

/** How a measurement ended. All but `ok` carry a reason; every one is a result and is shown. */
export const statuses = ['ok', 'unsupported', 'oom', 'timeout', 'diverged', 'device-lost', 'error'] as const;
/** How a cell ended. */
export type Status = (typeof statuses)[number];

/** Statuses in words. */
export const statusWords: Readonly<Record<Status, string>> = {
  ok: 'ok',
  unsupported: 'not supported',
  oom: 'out of memory',
  timeout: 'out of time',
  diverged: 'diverged',
  'device-lost': 'device lost',
  error: 'failed',
};

/**
 * Where a cell runs: in this process, in a worker process that serves many cells and is replaced when it
 * fails, in a process of its own, or in a worker of a page in a browser.
 */
export type Isolation = 'in-process' | 'worker' | 'process' | 'browser';

/** The configuration on one line, for progress and errors. */
export function describeCell(config: CellConfig): string {
  const extra = Object.entries(config.parameters).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  return (
    `${config.suite}/${config.problem} ${config.method} T=${config.horizon} p=${config.dimension} ` +
    `seed=${config.seed} ${config.pass} (${config.profile})${extra.join('')}`
  );
}
