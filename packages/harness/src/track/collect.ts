/** @file The facts of both sides, asked of two processes at once; what differs is asked again, so that what changes by itself is no finding. */
import { type Arm, ArmDeathError, MissingCellError } from './arm.ts';
import { differenceOf } from './difference.ts';
import { type CellFacts, type CellOutcome, cellName, type Facts, type TrackCell } from './facts.ts';
import type { PartialResults, SettledCell } from './partial.ts';

/** A side of a comparison: processes of one commit, a fresh one after one that died. */
export interface Side {
  readonly name: string;
  readonly start: () => Arm;
}

/** What became of both sides. */
export interface Collected {
  readonly base: Facts;
  readonly head: Facts;
  /** Facts that changed between two runs of one side, by cell: they were taken out on both sides. */
  readonly unstable: Readonly<Record<string, readonly string[]>>;
}

/** Holds the process of a side, and starts another when it is gone. */
export class SideProcess {
  readonly #side: Side;
  #arm: Arm | undefined;

  constructor(side: Side) {
    this.#side = side;
  }

  async factsOf(cell: TrackCell): Promise<CellOutcome> {
    this.#arm ??= this.#side.start();
    try {
      return { ok: true, facts: await this.#arm.ask({ kind: 'facts', cell }) };
    } catch (error) {
      if (error instanceof ArmDeathError) {
        await this.#arm.close();
        this.#arm = undefined;
      }
      const reason = error instanceof Error ? error.message : String(error);
      return { ok: false, reason: error instanceof MissingCellError ? `no such cell: ${reason}` : reason };
    }
  }

  async close(): Promise<void> {
    await this.#arm?.close();
    this.#arm = undefined;
  }
}

/** How cells are gone through. */
export interface CollectOptions {
  readonly onCell?: (done: number) => void;
  readonly signal?: AbortSignal;
  /** Milliseconds after which no further cell is begun. */
  readonly withinMs?: number;
  /** What a killed run came to; cells are added to it. */
  readonly partial?: PartialResults<SettledCell>;
}

const outOfTime: CellOutcome = { ok: false, reason: 'no time was left' };

/** How often a cell that differs is asked again. */
const repetitions = 2;

/**
 * Facts of all cells on both sides. Two sides that agree confirm each other; where they differ, each is asked twice more, and only what every
 * run of a side says the same of stays.
 */
export async function collectFacts(
  sides: { readonly base: Side; readonly head: Side },
  cells: readonly TrackCell[],
  { onCell = () => {}, signal, partial, withinMs = Number.POSITIVE_INFINITY }: CollectOptions = {},
): Promise<Collected> {
  const [baseProcess, headProcess] = [new SideProcess(sides.base), new SideProcess(sides.head)];
  const base: Record<string, CellOutcome> = {};
  const head: Record<string, CellOutcome> = {};
  const unstable: Record<string, readonly string[]> = {};
  const deadline = performance.now() + withinMs;
  try {
    let done = 0;
    for (const cell of cells) {
      if (signal?.aborted) break;
      const name = cellName(cell);
      const known = partial?.get(name);
      if (known !== undefined) {
        base[name] = known.base;
        head[name] = known.head;
        if (known.unstable.length > 0) unstable[name] = known.unstable;
        onCell(++done);
        continue;
      }
      if (performance.now() > deadline) {
        base[name] = outOfTime;
        head[name] = outOfTime;
        continue;
      }
      const [before, after] = await Promise.all([baseProcess.factsOf(cell), headProcess.factsOf(cell)]);
      const settled = await settle(name, before, after, () =>
        Promise.all([baseProcess.factsOf(cell), headProcess.factsOf(cell)]),
      );
      base[name] = settled.base;
      head[name] = settled.head;
      if (settled.unstable.length > 0) unstable[name] = settled.unstable;
      partial?.add(name, settled);
      onCell(++done);
    }
  } finally {
    await Promise.all([baseProcess.close(), headProcess.close()]);
  }
  return { base, head, unstable };
}

async function settle(
  name: string,
  base: CellOutcome,
  head: CellOutcome,
  again: () => Promise<readonly [CellOutcome, CellOutcome]>,
): Promise<SettledCell> {
  if (!base.ok || !head.ok || differenceOf(name, base.facts, head.facts) === undefined)
    return { base, head, unstable: [] };
  const runs = { base: [base.facts], head: [head.facts] };
  for (let time = 0; time < repetitions; time++) {
    const [before, after] = await again();
    if (before.ok) runs.base.push(before.facts);
    if (after.ok) runs.head.push(after.facts);
  }
  const names = new Set([...unstableFacts(runs.base), ...unstableFacts(runs.head)]);
  const without = (facts: CellFacts): CellFacts => withoutFacts(facts, names);
  return {
    base: { ok: true, facts: without(base.facts) },
    head: { ok: true, facts: without(head.facts) },
    unstable: [...names].sort(),
  };
}

/** Names of facts that were not the same in all runs of one side. */
function unstableFacts(runs: readonly CellFacts[]): readonly string[] {
  const [first] = runs;
  if (first === undefined) return [];
  const changes = (name: string, pick: (facts: CellFacts) => unknown): readonly string[] =>
    runs.every((facts) => JSON.stringify(pick(facts)) === JSON.stringify(pick(first))) ? [] : [name];
  return [
    ...changes('trace', ({ trace }) => trace),
    ...changes('results', ({ results }) => results),
    ...changes('kernels', ({ kernels }) => kernels),
    ...changes('modules', ({ modules }) => modules),
    ...Object.keys(first.counters).flatMap((counter) =>
      changes(counter, ({ counters }) => counters[counter]),
    ),
  ];
}

function withoutFacts(facts: CellFacts, names: ReadonlySet<string>): CellFacts {
  return {
    ...facts,
    trace: names.has('trace') ? 'unstable' : facts.trace,
    results: names.has('results') ? 'unstable' : facts.results,
    kernels: names.has('kernels') ? [] : facts.kernels,
    modules: names.has('modules') ? [] : facts.modules,
    counters: Object.fromEntries(Object.entries(facts.counters).filter(([counter]) => !names.has(counter))),
  };
}
