import { Bench } from 'tinybench';
import { roundedMs } from '../record/build.ts';

/** One thing to be timed. */
export interface Arm {
  readonly name: string;
  /**
   * Does the work once. It must not be done before the work is: on a GPU that means after
   * `onSubmittedWorkDone` or a mapped read-back. With the clock `gpu` it returns the milliseconds that the
   * device's timestamps say.
   */
  readonly run: () => unknown;
  /** `host` where left out: the wall clock around `run`. */
  readonly clock?: 'host' | 'gpu';
}

/** An arm ready to be sampled. */
export interface Sampler {
  readonly name: string;
  readonly clock: 'host' | 'gpu';
  readonly innerIterations: number;
  readonly warmUpCalls: number;
  /** Takes one sample: milliseconds of one call, by the arm's clock and by the host's. */
  sample(): Promise<{ readonly ms: number; readonly hostMs: number }>;
}

/** How an arm is brought to its usual speed. */
export interface WarmUpOptions {
  /** At least this many calls, not counting the first, which finds out whether the arm is asynchronous. */
  readonly warmUpCalls?: number;
  /** And at least this long. */
  readonly warmUpMs?: number;
  /** Calls averaged in one sample; `auto` makes a sample last a millisecond. Always 1 on the device's clock. */
  readonly innerIterations?: number | 'auto';
}

const shortestSampleMs = 1;

/**
 * Warms an arm up and wraps it in a tinybench task, which takes the times; device times go in through
 * `overriddenDuration`. One sample is one run of the task, so that arms can take turns.
 */
export async function prepareArm(arm: Arm, options: WarmUpOptions = {}): Promise<Sampler> {
  const { warmUpCalls = 3, warmUpMs = 50 } = options;
  const clock = arm.clock ?? 'host';
  const isAsync = (await callIsAsync(arm)) || clock === 'gpu';
  const started = performance.now();
  let calls = 0;
  while (calls < warmUpCalls || performance.now() - started < warmUpMs) {
    await arm.run();
    calls++;
  }
  const eachMs = (performance.now() - started) / Math.max(1, calls);
  const wanted = options.innerIterations ?? 1;
  const chosen =
    wanted === 'auto' ? Math.max(1, Math.ceil(shortestSampleMs / Math.max(eachMs, 1e-6))) : wanted;
  const innerIterations = clock === 'gpu' ? 1 : chosen;

  let hostMs = 0;
  const bench = new Bench({ iterations: 1, time: 0, warmup: false, retainSamples: true, throws: true });
  bench.add(
    arm.name,
    taskOf(arm, clock, isAsync, innerIterations, (ms) => (hostMs = ms)),
    { async: isAsync },
  );
  return {
    name: arm.name,
    clock,
    innerIterations,
    warmUpCalls: calls + 1,
    sample: async () => {
      bench.reset();
      const [task] = await bench.run();
      const result = task?.result;
      const [ms] = (result !== undefined && 'latency' in result && result.latency.samples) || [];
      if (ms === undefined) throw new Error(`internal: tinybench gave no sample for ${arm.name}.`);
      return {
        ms: roundedMs(ms / innerIterations),
        hostMs: roundedMs(clock === 'gpu' ? hostMs : ms / innerIterations),
      };
    },
  };
}

/** The first call: whether the arm has to be awaited, and whether it says its time where it should. */
async function callIsAsync(arm: Arm): Promise<boolean> {
  const result = arm.run();
  const awaited = await result;
  if (arm.clock === 'gpu' && !isDuration(awaited)) {
    throw new TypeError(
      `arm ${arm.name}: with the clock gpu, run must return the milliseconds on the device; it returned ${String(awaited)}.`,
    );
  }
  return isThenable(result);
}

function taskOf(
  arm: Arm,
  clock: 'host' | 'gpu',
  isAsync: boolean,
  innerIterations: number,
  reportHost: (ms: number) => void,
): () => unknown {
  if (clock === 'gpu') {
    return async () => {
      const started = performance.now();
      const overriddenDuration = (await arm.run()) as number;
      reportHost(performance.now() - started);
      return { overriddenDuration };
    };
  }
  if (isAsync) {
    return async () => {
      for (let call = 0; call < innerIterations; call++) await arm.run();
    };
  }
  return () => {
    for (let call = 0; call < innerIterations; call++) arm.run();
  };
}

function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
