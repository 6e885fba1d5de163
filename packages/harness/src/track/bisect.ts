/** @file The first commit at which a counter is another, by halves: one exact run a commit, no clock. */
import { UsageError } from '../errors.ts';
import { checkout } from './checkout.ts';
import { SideProcess } from './collect.ts';
import { NoBaselineError } from './errors.ts';
import { type CellFacts, cellName, type TrackCell } from './facts.ts';
import { commitNamed, commitsBetween } from './git.ts';
import { cacheFolder, factsSideOf, type TrackDefinition } from './run.ts';

/** What is looked for. */
export interface Bisection {
  /** The first commit whose value is not the good one's. */
  readonly commit: string;
  readonly good: number | string;
  readonly bad: number | string;
  readonly tried: number;
  /** Commits between the last good one and this one that cannot be run: it may be any of them as well. */
  readonly unknown: readonly string[];
}

/** What a commit says: a counter, or the hash of results, shaders or commands. */
function valueIn(facts: CellFacts, metric: string): number | string | undefined {
  if (metric === 'results') return facts.results;
  if (metric === 'commands') return facts.trace;
  if (metric === 'shaders') return facts.modules.map(({ hash }) => hash).join(' ');
  return facts.counters[metric];
}

/**
 * Halves the commits between two until one is left.
 *
 * @param at gives the value at a commit; undefined where it cannot be run, which is passed over
 * @throws UsageError where good and bad agree, NoBaselineError where one of them cannot be run
 */
export async function bisect(
  commits: readonly string[],
  at: (commit: string) => Promise<number | string | undefined>,
): Promise<Bisection> {
  const [first = '', last = ''] = [commits[0], commits.at(-1)];
  const known = new Map<number, number | string | undefined>();
  const valueAt = async (index: number): Promise<number | string | undefined> => {
    if (!known.has(index)) known.set(index, await at(commits[index]!));
    return known.get(index);
  };
  const [good, bad] = [await valueAt(0), await valueAt(commits.length - 1)];
  if (good === undefined)
    throw new NoBaselineError(
      `${first.slice(0, 10)} has no such value: it cannot be run, or lacks the cell.`,
    );
  if (bad === undefined)
    throw new NoBaselineError(`${last.slice(0, 10)} has no such value: it cannot be run, or lacks the cell.`);
  if (good === bad)
    throw new UsageError(
      `It is ${good} at ${first.slice(0, 10)} and at ${last.slice(0, 10)}: there is nothing to look for.`,
    );
  let [low, high] = [0, commits.length - 1];
  while (high - low > 1) {
    let middle = Math.floor((low + high) / 2);
    // What cannot be run is passed over towards the bad end, then towards the good one.
    while (middle < high && (await valueAt(middle)) === undefined) middle++;
    if (middle === high) {
      middle = Math.floor((low + high) / 2);
      while (middle > low && (await valueAt(middle)) === undefined) middle--;
      if (middle === low) break;
    }
    if ((await valueAt(middle)) === good) low = middle;
    else high = middle;
  }
  return {
    commit: commits[high]!,
    good,
    bad: (await valueAt(high))!,
    tried: known.size,
    unknown: commits.slice(low + 1, high),
  };
}

/** Bisects a cell of the track profile between two commits of the repository. */
export async function bisectCell(
  {
    definition,
    root,
    say,
  }: { readonly definition: TrackDefinition; readonly root: string; readonly say: (text: string) => void },
  cell: TrackCell,
  metric: string,
  good: string,
  bad: string,
): Promise<Bisection> {
  const from = commitNamed(root, good);
  const commits = [from, ...commitsBetween(root, from, commitNamed(root, bad))];
  if (commits.length < 2) throw new UsageError(`There is no commit after ${good} up to ${bad}.`);
  const options = { root, cache: cacheFolder(root), measuring: definition.measuring, say };
  return bisect(commits, async (commit) => {
    let value: number | string | undefined;
    let reason = 'it has no such counter';
    try {
      const process = new SideProcess(
        factsSideOf(commit.slice(0, 10), checkout(commit, options), definition),
      );
      const outcome = await process.factsOf(cell);
      await process.close();
      if (outcome.ok) value = valueIn(outcome.facts, metric);
      else reason = outcome.reason;
    } catch (error) {
      if (!(error instanceof NoBaselineError)) throw error;
      reason = error.message;
    }
    say(`${commit.slice(0, 10)}: ${metric} of ${cellName(cell)} is ${value ?? `not to be had: ${reason}`}`);
    return value;
  });
}
