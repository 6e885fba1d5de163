/** @file The judge judged: head against head, deliberate changes, and load on a core while one side is timed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mean } from 'simple-statistics';
import { startArm } from './arm.ts';
import { type Side, SideProcess } from './collect.ts';
import { type CellDifference, differenceOf } from './difference.ts';
import { explain } from './explain.ts';
import type { TrackCell } from './facts.ts';
import { type Injection, injections, type Machine } from './protocol.ts';
import { machineOf, type TrackDefinition } from './run.ts';
import { type TimedCell, type TimingBudget, type TimingReport, usualBudget } from './timing.ts';
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
  readonly say: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Small: what is tested is whether verdicts are right, not how fine they are. */
const budget: TimingBudget = { ...usualBudget, budgetMs: 120_000, mostBlocks: 18, sampleMs: 15 };

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

/** Judges the judge. */
export async function selftest(run: SelftestRun): Promise<SelftestReport> {
  const started = performance.now();
  const { say } = run;
  const plain = side('the head', run);
  const machine = await machineOf(plain);
  const timed: TimingReport[] = [];
  for (let k = 0; k < run.runs && run.signal?.aborted !== true; k++) {
    timed.push(await timeSame(run, machine, plain));
    say(`head against head, ${k + 1} of ${run.runs}: ${flagged(timed[k]!) ? 'flagged' : 'nothing flagged'}`);
  }
  const cells = timed.flatMap((one) => one.cells);
  const pValues = cells.map(({ firstP }) => firstP);
  const injected: InjectedResult[] = [];
  for (const injection of injections) {
    const result = await inject(run, machine, plain, injection);
    injected.push(result);
    say(`${injection}: ${result.caught ? 'caught' : 'missed'}, ${result.named}`);
  }
  let alarms = 0;
  for (let k = 0; k < run.loadRuns && run.signal?.aborted !== true; k++) {
    const load = new Load();
    try {
      const report = await timeSame(run, machine, plain, {
        before: () => load.go(),
        after: () => load.rest(),
      });
      if (flagged(report)) alarms++;
      say(
        `load during one side, ${k + 1} of ${run.loadRuns}: ${flagged(report) ? 'flagged' : 'nothing flagged'}`,
      );
    } finally {
      load.end();
    }
  }
  return {
    longhorizonSelftest: 1,
    commit: run.commit,
    machine,
    nulls: {
      runs: timed.length,
      flagged: timed.filter(flagged).length,
      pValues,
      uniformityP: uniformityP(pValues),
      above: cells.filter(({ change }) => change > 0).length,
      below: cells.filter(({ change }) => change < 0).length,
      resolution: timed.length === 0 ? Number.NaN : mean(timed.map(({ nullHalfWidth }) => nullHalfWidth)),
    },
    injected,
    load: { runs: run.loadRuns, flagged: alarms },
    seconds: Math.round((performance.now() - started) / 1000),
  };
}

/** Whether a report raises an alarm or praises somebody. */
const flagged = ({ cells }: TimingReport): boolean =>
  cells.some(({ verdict }) => verdict === 'regressed' || verdict === 'faster');

const noDifference = (cell: string): CellDifference => ({
  cell,
  results: false,
  trace: true,
  counters: [],
  kernels: [],
  variants: [],
});

/** The timing stage as it is, over cells that are the same on both sides. */
function timeSame(
  { definition, signal }: SelftestRun,
  machine: Machine,
  plain: Side,
  around?: { readonly before: () => void; readonly after: () => void },
): Promise<TimingReport> {
  const all = definition.cells();
  const named = (part: string): readonly TrackCell[] =>
    all.filter(({ problem }) => problem === part).slice(0, 1);
  const cells = [definition.canary, ...named('matmul-64'), ...named('tracking')];
  return timeDifferences({
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
      budget: { ...budget, mostBlocks: usualBudget.mostBlocks },
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
 * Kolmogorov and Smirnov's one-sample test against the uniform distribution, by its limit with Stephens' correction (1970): p-values of few blocks
 * are discrete, which makes it cautious.
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
