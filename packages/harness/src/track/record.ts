import { join } from 'node:path';
import { canonicalJson } from '../cell/identity.ts';
import { UsageError } from '../errors.ts';
import { checkout } from './checkout.ts';
import { SideProcess } from './collect.ts';
import { differenceOf } from './difference.ts';
import { type CellOutcome, cellName, type TrackCell } from './facts.ts';
import { commitNamed, commitsBetween, describeCommit, git, uncommitted } from './git.ts';
import { History, historyCell, type RecordedCommit } from './history.ts';
import { cacheFolder, factsSideOf, Interrupted, machineOf, type TrackDefinition } from './run.ts';

/** What is recorded. */
export interface RecordRun {
  readonly definition: TrackDefinition;
  readonly root: string;
  /** Commits after this one, the oldest first; the last one alone when left out. */
  readonly since?: string;
  /** The last one; HEAD when left out. */
  readonly until?: string;
  readonly machine?: string;
  readonly cells: readonly TrackCell[];
  readonly say: (text: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Adds commits to the history that it does not have. A commit whose sources are those of the one before it is not run.
 *
 * @returns how many lines were added
 * @throws UsageError for a working tree with changes, where HEAD is to be recorded as it lies there
 */
export async function recordCommits(run: RecordRun): Promise<number> {
  const { definition, root, say } = run;
  const head = commitNamed(root, run.until ?? 'HEAD');
  const commits = run.since === undefined ? [head] : commitsBetween(root, commitNamed(root, run.since), head);
  if (commits.length === 0) throw new UsageError(`There is no commit after ${run.since}.`);
  const dirty = uncommitted(root).filter(definition.isMeasured);
  if (dirty.length > 0)
    throw new UsageError(
      `${dirty.length} files have changes that are not committed, such as ${dirty[0]}: a line of history is of a commit. Commit or stash them.`,
    );
  const measuring = String(definition.recordingVersion);
  const own = await machineOf(factsSideOf('the head', root, definition));
  const history = new History(join(root, definition.historyFolder), own, run.machine);
  let added = 0;
  for (const [index, hash] of commits.entries()) {
    const known = history.read();
    if (known.some(({ line }) => line.commit === hash && line.measuring === measuring)) continue;
    const commit = describeCommit(root, hash);
    const before =
      known.find(({ line }) => line.commit === commit.parents[0] && line.measuring === measuring) ??
      [...known].reverse().find(({ line }) => line.measuring === measuring);
    say(`${index + 1} of ${commits.length}: ${hash.slice(0, 10)} ${commit.subject}`);
    if (before !== undefined && !isChanged(run, before.line.commit, hash)) {
      history.add(commit, measuring, {}, before);
      added++;
      continue;
    }
    const outcomes = await factsOf(run, hash, before);
    if (run.signal?.aborted === true)
      throw new Interrupted('Interrupted. Commits that are recorded are kept; the same command goes on.');
    history.add(commit, measuring, outcomes, before);
    added++;
  }
  return added;
}

function isChanged({ definition, root }: RecordRun, from: string, to: string): boolean {
  return git(root, 'diff', '--name-only', from, to)
    .text.split('\n')
    .some((path) => definition.isMeasured(path));
}

/** The facts of a commit. What differs from the line before it is asked a second time; what is then another answer is left out. */
async function factsOf(
  { definition, root, cells, say, signal }: RecordRun,
  commit: string,
  before: RecordedCommit | undefined,
): Promise<Record<string, CellOutcome>> {
  const options = { root, cache: cacheFolder(root), measuring: definition.measuring, say };
  const side = factsSideOf(commit.slice(0, 10), checkout(commit, options), definition);
  await machineOf(side);
  const process = new SideProcess(side);
  const outcomes: Record<string, CellOutcome> = {};
  try {
    for (const cell of cells) {
      if (signal?.aborted) break;
      const name = cellName(cell);
      let outcome = await process.factsOf(cell);
      const known = before?.cells.get(name);
      if (
        outcome.ok &&
        (known === undefined || canonicalJson(historyCell(outcome.facts)) !== canonicalJson(known))
      ) {
        outcome = await agreed(process, cell, outcome);
      }
      outcomes[name] = outcome;
    }
  } finally {
    await process.close();
  }
  return outcomes;
}

/** Runs at most, of which two have to agree: chance may spoil one. */
const mostRuns = 4;

/** What two runs of a cell say alike. */
async function agreed(process: SideProcess, cell: TrackCell, first: CellOutcome): Promise<CellOutcome> {
  const runs = [first];
  while (runs.length < mostRuns) {
    const next = await process.factsOf(cell);
    const same = runs.find(
      (one) => one.ok && next.ok && differenceOf(cellName(cell), one.facts, next.facts) === undefined,
    );
    if (same !== undefined) return same;
    runs.push(next);
  }
  return { ok: false, reason: `no two of ${mostRuns} runs had the same facts` };
}
