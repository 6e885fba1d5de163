/**
 * @file Finds the fastest kernels of a problem: a strategy says which are tried, those that are left take turns, and what cannot be told apart from
 * the best is kept as a tie.
 */
import { compareArms, owned, roundsOf, sampleArms } from '@longhorizon/harness';
import type { Configuration, Declaration, Target } from '@longhorizon/tensor/compiler';
import { type ProblemBench, seedOf } from './bench.ts';
import { type Candidate, declarations, type Refused, searchSpace, splitsOf } from './candidates.ts';
import { Exploration, type ExplorationOptions, type Running, type Trial } from './exploration.ts';
import { judgedFault } from './judged.ts';
import { medianOf } from './median.ts';
import type { KernelProblem } from './problems.ts';
import { keyOf, type SearchSpace, type Strategy, walks } from './strategies.ts';

export interface SearchOptions extends ExplorationOptions {
  readonly strategy: Strategy;
  readonly seed: number;
  /** Says what is wrong with a found kernel; the judge of kernels where left out. */
  readonly judge?: (candidate: Candidate) => Promise<string | undefined>;
  /** Configurations that were good for other problems of the family. */
  readonly starts?: readonly Configuration[];
}

export interface SearchResult {
  /** What was tried, the simplest first. */
  readonly trials: readonly Trial[];
  readonly refused: readonly Refused[];
  /**
   * The fastest and its ties; empty where nothing could be timed. First those that were shown to be as fast, the simplest of them first; then those of
   * which more rounds might tell.
   */
  readonly winners: readonly Trial[];
  /** Ties that more rounds might still tell apart. */
  readonly undecided: number;
  readonly rounds: number;
  /** Whether time or budget ended before the strategy was done. */
  readonly cut: boolean;
}

/** Kernels that the last stage times at most. */
const finalists = 10;
const finalRounds = { fewest: 16, most: 32, budgetMs: 4000 };
/** Beyond this multiple of the best an exhaustive search times no further. */
const nearBest = 1.3;

/** The parameters of a problem's space, split included. */
export function parametersOf(problem: KernelProblem): Omit<SearchSpace, 'configurations'> {
  const { parameters, uses }: Declaration = declarations[problem.family];
  const SPLIT = splitsOf(problem);
  return {
    parameters: [...parameters, { name: 'SPLIT', doc: 'Parts into which sums are cut.', values: SPLIT }],
    uses: Object.fromEntries(Object.entries(uses).map(([kernel, own]) => [kernel, { ...own, SPLIT }])),
  };
}

/**
 * Searches a problem's space.
 *
 * @throws what the device throws when it is lost
 */
export async function search(
  bench: ProblemBench,
  target: Target,
  options: SearchOptions,
): Promise<SearchResult> {
  const all = searchSpace(bench.problem);
  using exploration = owned(new Exploration(bench, target, options));
  await walks[options.strategy](
    {
      ...parametersOf(bench.problem),
      configurations: all.filter((configuration) => exploration.admits(configuration)),
    },
    async (configuration) => {
      const running = await exploration.visit(configuration);
      return running === undefined ? undefined : Math.min(...running.samples);
    },
    {
      seed: options.seed + seedOf(bench.problem.title),
      over: () => exploration.over,
      starts: options.starts ?? [],
    },
  );
  const cut = exploration.over;
  const left = await narrowed(exploration, options);
  const last = await decide(left, options);
  const rank = new Map(all.map((configuration, k) => [keyOf(configuration), k]));
  const rankOf = ({ candidate }: Trial): number => rank.get(keyOf(candidate.configuration)) ?? 0;
  const timed = [...exploration.trials].sort((a, b) => rankOf(a) - rankOf(b));
  const fastest = [
    ...timed.filter(({ candidate }) => last.equal.has(candidate)),
    ...timed.filter(({ candidate }) => last.winners.has(candidate) && !last.equal.has(candidate)),
  ];
  const { judge = (candidate) => judgedFault(bench, candidate, newSeed()) } = options;
  const wrong = await wrongBeforeFirstRight(fastest, judge);
  return {
    trials: timed.map((trial) => wrong.get(trial) ?? trial),
    refused: exploration.refused,
    winners: fastest.filter((trial) => !wrong.has(trial)),
    undecided: last.undecided,
    rounds: last.rounds,
    cut,
  };
}

const newSeed = (): number => Math.floor(Math.random() * 2 ** 32);

/** Winners go before the judge until one is found right, which is the one that is taken: the others are only named as its ties. */
async function wrongBeforeFirstRight(
  winners: readonly Trial[],
  judge: NonNullable<SearchOptions['judge']>,
): Promise<ReadonlyMap<Trial, Trial>> {
  const wrong = new Map<Trial, Trial>();
  for (const trial of winners) {
    const reason = await judge(trial.candidate);
    if (reason === undefined) break;
    wrong.set(trial, { ...trial, status: 'correctness', reason });
  }
  return wrong;
}

/** Stages in which all that are left take turns: each leaves half of them, or after an exhaustive search those near the best. */
async function narrowed(
  { running, best }: Exploration,
  { strategy, seed, signal }: SearchOptions,
): Promise<readonly Running[]> {
  const byTime = (timed: ReadonlyMap<Running, number>) => (a: Running, b: Running) =>
    timed.get(a)! - timed.get(b)!;
  let left = running.filter(({ samples }) => Math.min(...samples) <= 2 * best);
  for (let rounds = strategy === 'exhaustive' ? 6 : 2; left.length > finalists; rounds += 2) {
    if (signal?.aborted === true) break;
    const timed = await takeTurns(left, rounds, seed);
    const sorted = [...left].sort(byTime(timed));
    const near = sorted.filter((one) => timed.get(one)! <= nearBest * timed.get(sorted[0]!)!).length;
    const kept = strategy === 'exhaustive' ? Math.min(near, finalists) : Math.ceil(sorted.length / 2);
    left = sorted.slice(0, Math.max(kept, strategy === 'exhaustive' ? 1 : finalists));
  }
  return left;
}

/** All make as many calls in a sample, so that what a submission costs is the same share of each. */
function armsOf(running: readonly Running[]) {
  const calls = Math.max(...running.map((one) => one.calls));
  return running.map(({ ready }, k) => ({
    name: String(k),
    clock: 'gpu' as const,
    run: () => ready.time(calls),
  }));
}

/** Medians of some rounds in which each takes its turn. */
async function takeTurns(
  arms: readonly Running[],
  rounds: number,
  seed: number,
): Promise<ReadonlyMap<Running, number>> {
  const { phases } = await sampleArms(armsOf(arms), {
    warmUpCalls: 0,
    warmUpMs: 0,
    minimumSamples: rounds,
    maximumSamples: rounds,
    seed,
  });
  return new Map(
    arms.map((one, k) => {
      const { samples } = phases[String(k)]!;
      one.samples.push(...samples);
      return [one, medianOf(samples)];
    }),
  );
}

/** The last stage: rounds until the fastest are told apart as well as the time allows. */
async function decide(
  arms: readonly Running[],
  { seed, signal }: SearchOptions,
): Promise<{
  readonly winners: ReadonlySet<Candidate>;
  /** Those of the winners that were shown to be as fast as the fastest. */
  readonly equal: ReadonlySet<Candidate>;
  readonly undecided: number;
  readonly rounds: number;
}> {
  if (arms.length < 2) {
    const only = new Set(arms.map(({ ready }) => ready.candidate));
    return { winners: only, equal: only, undecided: 0, rounds: 0 };
  }
  const sampled = await sampleArms(armsOf(arms), {
    warmUpCalls: 0,
    warmUpMs: 0,
    minimumSamples: finalRounds.fewest,
    maximumSamples: finalRounds.most,
    timeBudgetMs: finalRounds.budgetMs,
    relativeHalfWidth: 0.005,
    seed,
    ...(signal === undefined ? {} : { signal }),
  });
  // The user wanted it to end: nothing was decided.
  if (sampled.orders.length === 0)
    return { winners: new Set(), equal: new Set(), undecided: arms.length, rounds: 0 };
  const medians = arms.map((one, k) => {
    const { samples } = sampled.phases[String(k)]!;
    one.samples.push(...samples);
    return medianOf(samples);
  });
  const fastest = medians.indexOf(Math.min(...medians));
  const verdicts = arms.map((_, k) =>
    k === fastest ? 'same' : compareArms(roundsOf(sampled, String(fastest), String(k))).verdict,
  );
  const those = (isIn: (verdict: (typeof verdicts)[number]) => boolean) =>
    new Set(arms.filter((_, k) => isIn(verdicts[k]!)).map(({ ready }) => ready.candidate));
  return {
    winners: those((verdict) => verdict !== 'slower'),
    equal: those((verdict) => verdict === 'same' || verdict === 'faster'),
    undecided: verdicts.filter((verdict) => verdict === 'ambiguous' || verdict === 'unproven').length,
    rounds: sampled.orders.length,
  };
}
