/** @file The judge judged: head against head, deliberate changes, and load on a core while one side is timed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mean } from 'simple-statistics';
import { hashOf } from '../cell/identity.ts';
import { startArm } from './arm.ts';
import { type Side, SideProcess } from './collect.ts';
import { type CellDifference, differenceOf } from './difference.ts';
import { explain, percent } from './explain.ts';
import type { TrackCell } from './facts.ts';
import { uncommitted } from './git.ts';
import { type PartialResults, partialResults } from './partial.ts';
import { type Injection, injections, type Machine } from './protocol.ts';
import { Interrupted, machineOf, type TrackDefinition } from './run.ts';
import { type Around, type TimedCell, type TimingBudget, usualBudget } from './timing.ts';
import { timeDifferences } from './timing-stage.ts';

/** What a selftest came to. */
export interface SelftestReport {
  readonly longhorizonSelftest: 1;
  readonly commit: string;
  readonly machine: Machine;
  readonly nulls: {
    readonly runs: number;
    /** Runs in which a cell was said to be slower or faster, though both sides were the same commit. */
    readonly flagged: number;
    /** Of the first looks of all cells. */
    readonly pValues: readonly number[];
    /** Kolmogorov and Smirnov's test that these are uniform. */
    readonly uniformityP: number;
    /** Cells whose estimate was above zero, and below. */
    readonly above: number;
    readonly below: number;
    /** Half the width of the null interval: what this machine resolves. */
    readonly resolution: number;
  };
  readonly injected: readonly InjectedResult[];
  readonly load: { readonly runs: number; readonly flagged: number };
  readonly seconds: number;
}

/** What became of a deliberate change. */
export interface InjectedResult {
  readonly injection: Injection;
  readonly caught: boolean;
  /** What the judge called it. */
  readonly named: string;
  /** Where it is one of time. */
  readonly change?: number;
}

/** What is run. */
export interface SelftestRun {
  readonly definition: TrackDefinition;
  readonly root: string;
  readonly commit: string;
  /** Runs of head against head. */
  readonly runs: number;
  /** Runs under load. */
  readonly loadRuns: number;
  /** Where a killed run leaves what it came to. */
  readonly out: string;
  readonly say: (text: string) => void;
  readonly signal?: AbortSignal;
}

const budget: TimingBudget = { ...usualBudget, budgetMs: 120_000 };

const side = (name: string, { definition, root }: SelftestRun, injection?: Injection): Side => ({
  name,
  start: () =>
    startArm(root, {
      ...definition.arm,
      environment: {
        ...definition.arm.environment,
        ...(injection === undefined ? {} : { LONGHORIZON_TRACK_INJECTION: injection }),
      },
    }),
});

/** What is kept of a timing stage over cells that are the same. */
interface SameTimed {
  /** Whether it raises an alarm or praises somebody. */
  readonly flagged: boolean;
  readonly cells: readonly Pick<TimedCell, 'firstP' | 'firstPBelow' | 'change'>[];
  readonly nullHalfWidth: number;
  /** Why it says nothing of times. */
  readonly unproven?: string;
}

/** Judges the judge. What a killed run came to counts where no file has changes that are not committed. */
export async function selftest(run: SelftestRun): Promise<SelftestReport> {
  const started = performance.now();
  const { say, root, signal } = run;
  const plain = side('the head', run);
  const machine = await machineOf(plain);
  const key = hashOf(['selftest', run.commit, { ...machine }]);
  const partial: PartialResults<unknown> | undefined =
    uncommitted(root).length > 0 ? undefined : partialResults(run.out, key);
  const settled = async <Value>(name: string, make: () => Promise<Value>): Promise<Value> => {
    const known = partial?.get(name) as Value | undefined;
    if (known !== undefined) return known;
    const value = await make();
    if (signal?.aborted === true)
      throw new Interrupted('Interrupted. What was judged is kept; the same command goes on from there.');
    partial?.add(name, value);
    return value;
  };
  const nulls: SameTimed[] = [];
  for (let k = 0; k < run.runs; k++) {
    nulls.push(await settled(`null ${k}`, () => timeSame(run, machine, plain)));
    say(`head against head, ${k + 1} of ${run.runs}: ${told(nulls[k]!)}`);
  }
  const injected: InjectedResult[] = [];
  for (const injection of injections) {
    const result = await settled(injection, () => inject(run, machine, plain, injection));
    injected.push(result);
    say(`${injection}: ${result.caught ? 'caught' : 'missed'}, ${result.named}`);
  }
  const loaded: SameTimed[] = [];
  for (let k = 0; k < run.loadRuns; k++) {
    loaded.push(await settled(`load ${k}`, () => timeLoaded(run, machine, plain)));
    say(`load during one side, ${k + 1} of ${run.loadRuns}: ${told(loaded[k]!)}`);
  }
  partial?.clear();
  const cells = nulls.flatMap((one) => one.cells);
  const pValues = spread(cells);
  const halfWidths = nulls.map(({ nullHalfWidth }) => nullHalfWidth);
  return {
    longhorizonSelftest: 1,
    commit: run.commit,
    machine,
    nulls: {
      runs: nulls.length,
      flagged: nulls.filter(({ flagged }) => flagged).length,
      pValues,
      uniformityP: uniformityP(pValues),
      above: cells.filter(({ change }) => change > 0).length,
      below: cells.filter(({ change }) => change < 0).length,
      resolution: nulls.length === 0 ? Number.NaN : mean(halfWidths),
    },
    injected,
    load: { runs: loaded.length, flagged: loaded.filter(({ flagged }) => flagged).length },
    seconds: Math.round((performance.now() - started) / 1000),
  };
}

const told = ({ flagged, nullHalfWidth, unproven }: SameTimed): string =>
  `${flagged ? 'flagged' : 'nothing flagged'}, ${percent(nullHalfWidth).slice(1)}${unproven === undefined ? '' : `; ${unproven}`}`;

/** The golden section spreads multiples evenly over [0, 1). */
const goldenSection = (Math.sqrt(5) - 1) / 2;

/**
 * p-values of few blocks have few values. Each is spread evenly over the step that it stands for, which makes them uniform where nothing differs
 * (Geyer and Meeden 2005), so that they can be tested as such.
 */
export function spread(cells: readonly Pick<TimedCell, 'firstP' | 'firstPBelow'>[]): readonly number[] {
  return cells.map(
    ({ firstP, firstPBelow }, k) => firstPBelow + (((k + 1) * goldenSection) % 1) * (firstP - firstPBelow),
  );
}

const noDifference = (cell: string): CellDifference => ({
  cell,
  results: false,
  trace: true,
  counters: [],
  kernels: [],
  variants: [],
});

/** The timing stage as it is, over cells that are the same on both sides. */
async function timeSame(
  { definition, signal }: SelftestRun,
  machine: Machine,
  plain: Side,
  around?: Around,
): Promise<SameTimed> {
  const all = definition.cells();
  const named = (part: string): readonly TrackCell[] =>
    all.filter(({ problem }) => problem === part).slice(0, 1);
  const cells = [definition.canary, ...named('matmul-64'), ...named('tracking')];
  const report = await timeDifferences({
    sides: { base: plain, head: plain },
    machine,
    cells: cells.map((cell) => ({ cell, difference: noDifference(cell.problem) })),
    controls: named('sum-rows-2e20'),
    canary: definition.canary,
    budget,
    say: () => {},
    ...(signal === undefined ? {} : { signal }),
    ...(around === undefined ? {} : { around }),
  });
  return {
    flagged: report.cells.some(({ verdict }) => verdict === 'regressed' || verdict === 'faster'),
    cells: report.cells.map(({ firstP, firstPBelow, change }) => ({ firstP, firstPBelow, change })),
    nullHalfWidth: report.nullHalfWidth,
    ...(report.unproven === undefined ? {} : { unproven: report.unproven }),
  };
}

/** The same while a core is kept busy during the samples of one side. */
async function timeLoaded(run: SelftestRun, machine: Machine, plain: Side): Promise<SameTimed> {
  const load = new Load();
  try {
    return await timeSame(run, machine, plain, { before: () => load.go(), after: () => load.rest() });
  } finally {
    load.end();
  }
}

/** What each change has to be called. */
const expected: Readonly<Record<Injection, (difference: CellDifference) => boolean>> = {
  dispatch: ({ counters, kernels }) => grew(counters, 'dispatches', 1) && kernels.length === 1,
  bytes: ({ counters }) => grew(counters, 'allocatedBytes', 2 ** 16),
  sync: ({ counters }) => grew(counters, 'syncs', 1),
  order: ({ results }) => results,
  turns: ({ kernels }) => kernels.some(({ base, head }) => base?.modules !== head?.modules),
};

function grew(counters: CellDifference['counters'], name: string, by: number): boolean {
  const change = counters.find(({ counter }) => counter === name);
  return change !== undefined && (change.head ?? 0) - (change.base ?? 0) === by;
}

/** Puts a change into the head's process and asks the judge what it sees. */
async function inject(
  run: SelftestRun,
  machine: Machine,
  plain: Side,
  injection: Injection,
): Promise<InjectedResult> {
  const changed = side(`the head with ${injection}`, run, injection);
  const { canary } = run.definition;
  const [a, b] = [new SideProcess(plain), new SideProcess(changed)];
  try {
    const [base, head] = [await a.factsOf(canary), await b.factsOf(canary)];
    if (!base.ok || !head.ok) return { injection, caught: false, named: 'it did not run' };
    const difference = differenceOf(canary.problem, base.facts, head.facts);
    if (difference === undefined) return { injection, caught: false, named: 'identical' };
    const named = explain(difference).join('; ');
    const exact = expected[injection](difference);
    if (injection !== 'turns') return { injection, caught: exact, named };
    const timing = await timeDifferences({
      sides: { base: plain, head: changed },
      machine,
      cells: [{ cell: canary, difference }],
      controls: [],
      // The canary itself is what was changed: another hand-made cell has to stand for it.
      canary: { ...canary, problem: 'plain' },
      budget,
      say: () => {},
    });
    const [cell] = timing.cells as readonly (TimedCell | undefined)[];
    return {
      injection,
      caught: exact && cell?.verdict === 'regressed',
      named: `${named}; ${cell?.verdict ?? 'not timed'}`,
      ...(cell === undefined ? {} : { change: cell.change }),
    };
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
}

/** A process that keeps a core busy, while it is told to. */
class Load {
  readonly #child: ChildProcess = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });

  constructor() {
    this.rest();
  }

  go(): void {
    this.#child.kill('SIGCONT');
  }

  rest(): void {
    this.#child.kill('SIGSTOP');
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

/**
 * Kolmogorov and Smirnov's one-sample test against the uniform distribution, by its limit with Stephens' correction (1970).
 */
export function uniformityP(values: readonly number[]): number {
  const count = values.length;
  if (count === 0) return 1;
  const ordered = [...values].sort((a, b) => a - b);
  const distance = Math.max(
    ...ordered.map((value, k) => Math.max((k + 1) / count - value, value - k / count)),
  );
  const root = Math.sqrt(count);
  const z = (root + 0.12 + 0.11 / root) * distance;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * z * z);
  return Math.min(1, Math.max(0, sum));
}
