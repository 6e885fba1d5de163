/** @file One comparison of two commits: the exact stage, and the timing stage for what differs. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashOf, sha256 } from '../cell/identity.ts';
import { hashSources } from '../cell/sources.ts';
import { UsageError } from '../errors.ts';
import { acceptedTrailers, readAccepted } from './accepted.ts';
import { type ArmCommand, startArm } from './arm.ts';
import { readBudgets } from './budgets.ts';
import { checkout } from './checkout.ts';
import { type Collected, collectFacts, type Side } from './collect.ts';
import { compareFacts } from './difference.ts';
import { NoBaselineError } from './errors.ts';
import { changedGrowth } from './explain.ts';
import { cellName, type TrackCell } from './facts.ts';
import { brokenBudgets, findingsOf } from './findings.ts';
import { commitNamed, describeCommit, git, mergeBase, messagesBetween, uncommitted } from './git.ts';
import { partialResults, type SettledCell } from './partial.ts';
import { matchesCell } from './patterns.ts';
import type { Machine } from './protocol.ts';
import type { TimingBudget } from './timing.ts';
import { timeDifferences } from './timing-stage.ts';
import type { Named, TrackReport } from './verdict.ts';

/** What tracking is built around. */
export interface TrackDefinition {
  /** The track profile. */
  readonly cells: () => readonly TrackCell[];
  /** A hand-written kernel that no commit changes. */
  readonly canary: TrackCell;
  /** Whether a cell that is identical may be timed beside those that differ: of calls that are short. All may when left out. */
  readonly isControl?: (cell: TrackCell) => boolean;
  /** How the process of a commit is started. */
  readonly arm: ArmCommand;
  /** Variables of processes that are asked for facts and never timed, such as a driver's to compile faster and compute slower. */
  readonly factsEnvironment?: Readonly<Record<string, string>>;
  /** Folders of the measuring code; the other commit gets this one's. */
  readonly measuring: readonly string[];
  /** Raised by hand when the measuring code says something else of the same commands: facts of two versions are not compared. */
  readonly recordingVersion: number;
  /** Whether cells run through a file of the repository, or depend on it. */
  readonly isMeasured: (path: string) => boolean;
  /** From the repository's folder. */
  readonly budgetsFile: string;
  readonly acceptedFile: string;
  readonly historyFolder: string;
}

/** What one comparison is asked. */
export interface TrackRun {
  readonly definition: TrackDefinition;
  readonly root: string;
  readonly base: string;
  /** The working tree when left out. */
  readonly head?: string;
  /** Only cells whose names match. */
  readonly only?: string;
  /** Where reports go, and what a killed run left. */
  readonly out: string;
  readonly exactOnly: boolean;
  /** Milliseconds after which the exact stage begins no further cell. */
  readonly withinMs?: number;
  /** Runs even where no source differs. */
  readonly always?: boolean;
  readonly budget: TimingBudget;
  readonly say: (text: string) => void;
  readonly signal?: AbortSignal;
  readonly command: string;
}

/** Where working trees of other commits are kept. */
export function cacheFolder(root: string): string {
  return (
    process.env.LONGHORIZON_TRACK_CACHE ?? join(tmpdir(), `longhorizon-track-${sha256(root).slice(0, 8)}`)
  );
}

/** The cells of the profile that are asked for. @throws UsageError where there are none */
function chosenCells(definition: TrackDefinition, only: string | undefined): readonly TrackCell[] {
  const cells = definition.cells();
  if (only === undefined) return cells;
  const chosen = cells.filter((cell) => matchesCell(only, cellName(cell)));
  if (chosen.length === 0)
    throw new UsageError(
      `--only ${only}: no cell of the track profile matches. One is ${cellName(cells[0]!)}.`,
    );
  return chosen;
}

/** Files that differ between a commit and another, or the working tree, and that cells run through. */
function measuredChanges(
  { definition, root }: TrackRun,
  base: string,
  head: string | undefined,
): readonly string[] {
  const { text } = git(root, 'diff', '--name-only', base, ...(head === undefined ? [] : [head]));
  const untracked = head === undefined ? git(root, 'ls-files', '--others', '--exclude-standard').text : '';
  return `${text}\n${untracked}`.split('\n').filter((path) => path !== '' && definition.isMeasured(path));
}

/** How a side is run: in the working tree, or in one of its own. */
function sideOf(name: string, folder: string, { arm }: Pick<TrackDefinition, 'arm'>): Side {
  return { name, start: () => startArm(folder, arm) };
}

/** The same for a side that is asked for facts alone. A variable that the user set stays as it is. */
export function factsSideOf(
  name: string,
  folder: string,
  { arm, factsEnvironment }: Pick<TrackDefinition, 'arm' | 'factsEnvironment'>,
): Side {
  const environment = { ...arm.environment, ...factsEnvironment, ...given(factsEnvironment) };
  return sideOf(name, folder, { arm: { ...arm, environment } });
}

function given(environment: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const names = Object.keys(environment).filter((name) => process.env[name]);
  return Object.fromEntries(names.map((name) => [name, process.env[name]!]));
}

/** Asks a side for its machine. @throws NoBaselineError where its process does not start */
export async function machineOf(side: Side): Promise<Machine> {
  const arm = side.start();
  try {
    const { node: _, dawn: __, ...machine } = await arm.ask({ kind: 'describe' });
    return machine;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NoBaselineError(`${side.name} cannot be run: ${reason}`);
  } finally {
    await arm.close();
  }
}

/** Compares two commits. @throws NoBaselineError where there is nothing to compare with */
export async function trackRun(run: TrackRun): Promise<TrackReport> {
  const { definition, root, say } = run;
  const started = performance.now();
  const headCommit = commitNamed(root, run.head ?? 'HEAD');
  const base = mergeBase(root, commitNamed(root, run.base), headCommit);
  const dirty = run.head === undefined && uncommitted(root).some(definition.isMeasured);
  const named: { readonly base: Named; readonly head: Named } = {
    base: nameOf(root, base),
    head: { ...nameOf(root, headCommit), ...(dirty ? { dirty } : {}) },
  };
  const accepted = [
    ...readAccepted(join(root, definition.acceptedFile)),
    ...acceptedTrailers(messagesBetween(root, base, headCommit)),
  ];
  const budgets = readBudgets(join(root, definition.budgetsFile));
  const cells = chosenCells(definition, run.only);
  const nothing = { findings: [], growth: [], unstable: {}, timing: null, cells: [], machine: null };
  const seconds = (): number => Math.round(performance.now() - started) / 1000;
  const common = { longhorizonTrack: 1 as const, ...named, accepted, command: run.command };
  const changes = measuredChanges(run, base, run.head === undefined ? undefined : headCommit);
  if (changes.length === 0 && run.always !== true)
    return { ...common, ...nothing, sameSources: true, seconds: seconds() };
  if (changes.length > 0)
    say(
      `${changes.length} source files differ: ${changes.slice(0, 3).join(', ')}${changes.length > 3 ? ', …' : ''}`,
    );
  const options = { root, cache: cacheFolder(root), measuring: definition.measuring, say };
  const [baseFolder, headFolder] = [
    checkout(base, options),
    run.head === undefined ? root : checkout(headCommit, options),
  ];
  const sidesOf = (make: typeof sideOf) => ({
    base: make(`the base ${base.slice(0, 10)}`, baseFolder, definition),
    head: make('the head', headFolder, definition),
  });
  const sides = sidesOf(factsSideOf);
  const [machine] = await Promise.all([machineOf(sides.head), machineOf(sides.base)]);
  const built = performance.now();
  const measuring = hashSources(
    definition.measuring.map((path) => join(root, path)),
    root,
  );
  const partial = dirty
    ? undefined
    : partialResults<SettledCell>(run.out, hashOf([base, headCommit, measuring, { ...machine }]));
  const collected = await collectFacts(sides, cells, {
    ...(partial === undefined ? {} : { partial }),
    ...(run.withinMs === undefined ? {} : { withinMs: run.withinMs }),
    onCell: (done) => {
      if (done % 20 === 0 || done === cells.length) say(`${done} of ${cells.length} cells compared`);
    },
    ...(run.signal === undefined ? {} : { signal: run.signal }),
  });
  if (run.signal?.aborted === true)
    throw new Interrupted('Interrupted. What was compared is kept; the same command goes on from there.');
  say(`exact stage: ${((performance.now() - built) / 1000).toFixed(0)} s`);
  const verdicts = compareFacts(collected.base, collected.head);
  const findings = [...findingsOf(verdicts, budgets), ...brokenBudgets(collected.head, budgets)];
  const timing = run.exactOnly ? null : await timed(run, sidesOf(sideOf), machine, cells, collected);
  partial?.clear();
  return {
    ...common,
    machine,
    sameSources: false,
    cells: verdicts,
    findings,
    growth: changedGrowth(collected.base, collected.head),
    unstable: collected.unstable,
    timing,
    seconds: seconds(),
  };
}

/** A run that was ended from outside. */
export class Interrupted extends UsageError {
  override readonly name = 'Interrupted';
  override readonly exitCode = 130;
}

function nameOf(root: string, commit: string): Named {
  return { commit, subject: describeCommit(root, commit).subject };
}

const controlCount = 2;

async function timed(
  { definition, budget, say, signal }: TrackRun,
  sides: { readonly base: Side; readonly head: Side },
  machine: Machine,
  cells: readonly TrackCell[],
  { base, head }: Collected,
) {
  const verdicts = new Map(compareFacts(base, head).map((one) => [one.cell, one]));
  const differing = cells.flatMap((cell) => {
    const verdict = verdicts.get(cellName(cell));
    return verdict?.kind === 'differs' ? [{ cell, difference: verdict.difference }] : [];
  });
  if (differing.length === 0) return null;
  const controls = cells
    .filter((cell) => verdicts.get(cellName(cell))?.kind === 'identical')
    .filter(definition.isControl ?? (() => true))
    .slice(-controlCount);
  return timeDifferences({
    sides,
    machine,
    cells: differing,
    controls,
    canary: definition.canary,
    budget,
    say,
    ...(signal === undefined ? {} : { signal }),
  });
}
