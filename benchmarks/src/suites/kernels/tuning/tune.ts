/** @file Tunes problems one after another on a device, keeps what was found, and says each in a line. */
import { join } from 'node:path';
import { owned, RunError, UsageError } from '@longhorizon/harness';
import type { Device } from '@longhorizon/tensor';
import { type Configuration, targetOf } from '@longhorizon/tensor/compiler';
import type { Listed } from '../../../measurements/kernel-tables/entry.ts';
import { tableName, userFolder } from '../../../measurements/kernel-tables/places.ts';
import { choicesIn } from '../../../measurements/kernel-tables/tables.ts';
import { appendEntries } from '../../../measurements/kernel-tables/write.ts';
import { type Clock, ProblemBench } from './bench.ts';
import { type Beside, beside, presentCandidate } from './beside.ts';
import { entriesOf } from './entries.ts';
import { medianOf } from './median.ts';
import type { KernelProblem } from './problems.ts';
import { type SearchOptions, search } from './search.ts';
import { type SearchedProblem, writeSpace } from './space.ts';
import { keyOf } from './strategies.ts';

export interface TuneOptions extends SearchOptions {
  /** The table that gets what was found; undefined keeps nothing. */
  readonly table: string | undefined;
  /** Only kernels that add in the order of the present choice. */
  readonly bitStable: boolean;
  /** Also times each winner against what the compiler takes without tables, and does not keep one that is slower. */
  readonly compare: boolean;
  readonly clock: Clock;
  /** A folder that also gets all that was tried, a file a problem. */
  readonly space?: string;
  readonly print: (line: string) => void;
}

export interface TunedProblem extends SearchedProblem {
  readonly beside: Beside | undefined;
  readonly seconds: number;
}

/** The user's table for a device. */
export function userTable(device: Device): string {
  return join(userFolder(), tableName(device.adapter));
}

/**
 * Tunes problems. What is found is kept after each, so that nothing is lost when a later one fails.
 *
 * @param named problems with the names that lines give them
 * @returns those that were searched; fewer than asked for when the signal came or time was over
 * @throws RunError when the device is lost, naming the problem, and at once where the table cannot be written
 */
export async function tuneProblems(
  device: Device,
  named: readonly { readonly name: string; readonly problem: KernelProblem }[],
  options: TuneOptions,
): Promise<readonly TunedProblem[]> {
  const done: TunedProblem[] = [];
  // A table that cannot be written is told before anything is searched for it.
  if (options.table !== undefined) appendEntries(options.table, []);
  const kept = options.table === undefined ? [] : choicesIn(options.table, device.adapter);
  for (const { name, problem } of named) {
    if (options.signal?.aborted === true) break;
    const starts = startsOf(done, kept, problem.family);
    try {
      done.push(await tuneOne(device, name, problem, { ...options, starts }));
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new RunError(
        `${name} could not be tuned: ${error instanceof Error ? error.message : String(error)} What was found before is kept.`,
      );
    }
  }
  return done;
}

/** Winners of earlier problems of the family and what the table has from earlier searches, the latest first. */
function startsOf(
  done: readonly TunedProblem[],
  kept: readonly Listed[],
  family: KernelProblem['family'],
): readonly Configuration[] {
  const earlier = kept.flatMap((one): Configuration[] =>
    one.family === family && typeof one.kernel === 'object' ? [{ ...one.kernel, SPLIT: 1 }] : [],
  );
  const winners = done.flatMap(({ problem, result }) =>
    problem.family === family
      ? result.winners.slice(0, 1).map(({ candidate }) => candidate.configuration)
      : [],
  );
  const distinct = new Map([...earlier, ...winners].reverse().map((one) => [keyOf(one), one]));
  return [...distinct.values()].slice(0, mostStarts);
}

const mostStarts = 4;

async function tuneOne(
  device: Device,
  name: string,
  problem: KernelProblem,
  options: TuneOptions,
): Promise<TunedProblem> {
  const started = performance.now();
  const { choices: _choices, ...untabled } = targetOf(device);
  using bench = owned(new ProblemBench(device, problem, options.clock));
  const own = options.bitStable ? await presentFingerprint(bench, device) : undefined;
  const result = await search(bench, untabled, {
    ...options,
    ...(own === undefined ? {} : { fingerprint: own }),
  });
  const [winner] = result.winners;
  const compared =
    options.compare && winner !== undefined
      ? await beside(bench, winner.candidate, presentCandidate(bench, untabled), options.seed)
      : undefined;
  if (options.table !== undefined && !isSlower(compared))
    appendEntries(options.table, entriesOf(device, problem, result, options));
  const seconds = (performance.now() - started) / 1000;
  const tuned = { name, problem, result, beside: compared, seconds, clock: options.clock };
  options.print(lineOf(tuned));
  if (options.space !== undefined) options.print(`space    ${writeSpace(options.space, device, tuned)}`);
  return tuned;
}

async function presentFingerprint(bench: ProblemBench, device: Device): Promise<string> {
  const ready = await bench.prepare(presentCandidate(bench, targetOf(device)));
  ready.release();
  return ready.fingerprint;
}

/** A found kernel that takes more time than the model's, or seems to by more than a search may lose, is not kept. */
function isSlower(beside: Beside | undefined): boolean {
  return beside !== undefined && (beside.verdict === 'faster' || beside.speedup < leastSpeedup);
}

const leastSpeedup = 0.97;

/** What a search came to, in a line. */
function lineOf({ name, problem, result, beside, seconds }: TunedProblem): string {
  const [winner, ...tied] = result.winners;
  const wrong = result.trials.filter(({ status }) => status === 'correctness' || status === 'compile').length;
  const counts = [
    `${result.trials.length} kernels${result.cut ? ', cut short' : ''}`,
    ...(wrong === 0 ? [] : [`${wrong} wrong`]),
    `${seconds.toFixed(0)} s`,
  ].join(', ');
  if (winner === undefined) return `${name.padEnd(36)} nothing to choose (${counts}).`;
  const ms = medianOf(winner.samples);
  const rate = `${(problem.operations / ms / 1e6).toFixed(1)} GFLOP/s`;
  const ties = tied.length === 0 ? 'no tie' : `${tied.length} ties`;
  return `${name.padEnd(36)} ${winner.candidate.name.padEnd(34)} ${ms.toPrecision(3)} ms  ${rate}  ${ties} (${counts})${besideText(beside)}`;
}

function besideText(beside: Beside | undefined): string {
  if (beside === undefined) return '';
  const { name, speedup, low, high, verdict } = beside;
  if (verdict === 'the same kernel') return `  ×1, the model's kernel`;
  return `  ×${speedup.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}] beside the model's ${name}${isSlower(beside) ? ', not kept' : ''}`;
}

/** All comparisons in a line: geometric mean and the least. */
export function summaryOf(tuned: readonly TunedProblem[]): string | undefined {
  const compared = tuned.flatMap(({ name, beside }) => (beside === undefined ? [] : [{ ...beside, name }]));
  if (compared.length === 0) return undefined;
  const mean = Math.exp(compared.reduce((sum, { speedup }) => sum + Math.log(speedup), 0) / compared.length);
  const least = compared.reduce((worst, one) => (one.speedup < worst.speedup ? one : worst));
  const slower = compared.filter(isSlower).length;
  const kept = slower === 0 ? '' : ` ${slower} found kernels were slower and are not kept.`;
  return `${compared.length} problems beside the model's kernels: geometric mean ×${mean.toFixed(3)}, least ×${least.speedup.toFixed(3)} (${least.name}).${kept}`;
}
