/** @file One row: every library makes it ready, is checked against float64, and then they are timed in turns. */
import { type Phase, sampleArms, summarise } from '@longhorizon/harness';
import { problemWith, relativeError } from './check.ts';
import { type Facts, isPythonLibrary, type LibraryName } from './peers/library.ts';
import { LibraryError, type LibraryProcess } from './peers/library-process.ts';
import type { ReadyWork, SampledWork } from './peers/protocol.ts';
import { expectedOf } from './reference-cache.ts';
import type { Row } from './rows.ts';

export type ArmStatus = 'ok' | 'unsupported' | 'timeout' | 'error';

/** What a row came to for one library. */
export interface ArmResult {
  readonly library: LibraryName;
  readonly status: ArmStatus;
  readonly reason?: string;
  /** From nothing to the first results: tracing, compiling, one run. */
  readonly firstMs?: number;
  /** Error of the first results, over the largest element. */
  readonly error?: number;
  /** Milliseconds a call, until the queue was done. */
  readonly phase?: Phase;
  /** Commands of one call. */
  readonly dispatches?: number;
  readonly submissions?: number;
  readonly facts?: Facts;
}

export interface RowResult {
  readonly row: Row;
  readonly arms: readonly ArmResult[];
}

export interface SamplingBudget {
  /** Wall clock for the samples of one row, all libraries together. */
  readonly budgetMs: number;
  /** A sample repeats short work until it takes about this long. */
  readonly sampleMs: number;
  readonly fewestRounds: number;
  readonly mostRounds: number;
  /** Arms whose sample takes longer than this take part in `slowRounds` rounds only. */
  readonly slowMs: number;
  readonly slowRounds: number;
  /** Processes that a cold-start row starts for each library. */
  readonly coldStarts: number;
  /** How long a library may take to its first result. */
  readonly firstTimeoutMs: number;
}

/** Calls in one sample at most: some libraries hold the results of all calls of a sample. */
const mostCalls = 128;
const sampleTimeoutMs = 60_000;

/** What a library's arm is once it is ready and right. */
interface Arm {
  readonly connection: LibraryProcess;
  readonly ready: ReadyWork;
  readonly error: number;
  readonly times: number;
  readonly eachMs: number;
  readonly dispatches: number;
  readonly submissions: number;
}

/**
 * Measures a row.
 *
 * @param connections the libraries that are asked, in the order of the table
 * @param copy a copy kernel to be timed among them
 * @param floor a sentence about milliseconds in which the row's work cannot have been done
 */
export async function measureRow(
  row: Row,
  connections: readonly LibraryProcess[],
  budget: SamplingBudget,
  copy?: CopyArm,
  floor?: (ms: number) => string | undefined,
): Promise<RowResult> {
  const expected = await expectedOf(row.work);
  const arms: Arm[] = [];
  const failed = new Map<LibraryName, ArmResult>();
  for (const connection of connections) {
    const { library } = connection;
    try {
      const ready = await connection.prepare(row.work, budget.firstTimeoutMs);
      const problem = problemWith(ready.outputs, expected, row.tolerance);
      if (problem !== undefined) {
        failed.set(library, { library, status: 'error', reason: problem, firstMs: ready.firstMs });
        await connection.release();
        continue;
      }
      const error = relativeError(ready.outputs, expected);
      arms.push({ connection, ready, error, ...(await calibrate(connection, budget)) });
    } catch (thrown) {
      if (!(thrown instanceof LibraryError)) throw thrown;
      failed.set(library, { library, status: thrown.status, reason: thrown.message });
    }
  }
  const timed = await sampleAll(arms, budget, copy);
  const results: ArmResult[] = [];
  for (const { library } of connections) {
    const arm = arms.find(({ connection }) => connection.library === library);
    if (arm === undefined) {
      results.push(failed.get(library)!);
      continue;
    }
    const facts = await arm.connection.release();
    // Python computes without this adapter.
    const fault = isPythonLibrary(library)
      ? undefined
      : floor?.(timed[library]!.summary.median ?? Number.NaN);
    if (fault !== undefined) {
      results.push({ library, status: 'error', reason: fault, firstMs: arm.ready.firstMs, facts });
      continue;
    }
    results.push({
      library,
      status: 'ok',
      firstMs: arm.ready.firstMs,
      error: arm.error,
      phase: timed[library]!,
      // What does not go through WebGPU has no commands to count.
      ...(arm.dispatches === 0 ? {} : { dispatches: arm.dispatches, submissions: arm.submissions }),
      facts,
    });
  }
  const copied = timed.copy;
  if (copied !== undefined)
    results.push({ library: 'copy', status: 'ok', phase: copied, dispatches: 1, facts: copy!.facts });
  return { row, arms: results };
}

/** A copy kernel that is ready; it is timed among the libraries of a row. */
export interface CopyArm {
  readonly connection: LibraryProcess;
  readonly times: number;
  readonly eachMs: number;
  readonly facts: Facts;
}

/** How many calls make a sample, and how long one takes. */
export async function calibrate(
  connection: LibraryProcess,
  { sampleMs }: SamplingBudget,
): Promise<Omit<Arm, 'connection' | 'ready' | 'error'>> {
  // The first call after the check may still meet a cold cache; a long one is not much changed by it.
  const cold = await connection.sample(1, sampleTimeoutMs);
  if (cold.ms > sampleMs) return { times: 1, eachMs: cold.ms, ...commandsOf(cold) };
  const { ms } = await connection.sample(2, sampleTimeoutMs);
  const times = Math.max(1, Math.min(mostCalls, Math.round(sampleMs / ms)));
  const warm = await connection.sample(times, sampleTimeoutMs);
  return { times, eachMs: warm.ms, ...commandsOf(warm) };
}

const commandsOf = ({ dispatches, submissions }: SampledWork): Pick<Arm, 'dispatches' | 'submissions'> => ({
  dispatches,
  submissions,
});

type TimedArm = Pick<Arm, 'connection' | 'times' | 'eachMs'>;

/**
 * Rounds in which every arm takes its turn, as many as the budget holds. Arms that take long take part only in the first
 * ones: they would eat the time of the others.
 */
async function sampleAll(
  arms: readonly Arm[],
  budget: SamplingBudget,
  copy: CopyArm | undefined,
): Promise<Readonly<Record<string, Phase>>> {
  const all: readonly TimedArm[] = [...arms, ...(copy === undefined ? [] : [copy])];
  const quick = all.filter(({ times, eachMs }) => times * eachMs <= budget.slowMs);
  const stages = quick.length === all.length ? [all] : [all, quick];
  const samples = new Map(all.map(({ connection }) => [connection.library, [] as number[]]));
  for (const stage of stages) {
    if (stage.length === 0) continue;
    const roundMs = stage.reduce((sum, { times, eachMs }) => sum + times * eachMs, 0);
    const fewest = stage === quick || stages.length === 1 ? budget.fewestRounds : budget.slowRounds;
    // Rounds come in pairs, an order and its reverse.
    const rounds = 2 * Math.round(clamp(budget.budgetMs / roundMs, fewest, budget.mostRounds) / 2);
    const { phases } = await sampleArms(
      stage.map(({ connection, times }) => ({
        name: connection.library,
        // The process of the library takes the time; `gpu` tells the engine to take its word for it.
        clock: 'gpu' as const,
        run: async () => (await connection.sample(times, sampleTimeoutMs)).ms,
      })),
      {
        warmUpCalls: 0,
        warmUpMs: 0,
        minimumSamples: rounds,
        maximumSamples: rounds,
        timeBudgetMs: Number.POSITIVE_INFINITY,
        relativeHalfWidth: 0,
      },
    );
    for (const { connection } of stage)
      samples.get(connection.library)!.push(...phases[connection.library]!.samples);
  }
  return Object.fromEntries(
    all.map(({ connection: { library }, times }): [string, Phase] => {
      const own = samples.get(library)!;
      return [
        library,
        {
          clock: 'host',
          unit: 'ms',
          samples: own,
          innerIterations: times,
          warmUpCalls: 1,
          stopped: 'time-budget',
          summary: summarise(own),
        },
      ];
    }),
  );
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
