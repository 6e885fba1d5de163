/** @file The facts of both sides, each asked of processes of its own; what differs is asked again, so that what changes by itself is no finding. */
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

/** How many cells are gone through at once. */
const lanes = 2;

/**
 * Facts of all cells on both sides. Two sides that agree confirm each other; where they differ, each is asked twice more, and only what every
 * run of a side says the same of stays.
 *
 * Two cells are gone through at once, each by a process a side, the base before the head: a shader that both have in common is then compiled once,
 * because the driver finds it in its cache. Which processes see a cell depends on its place alone.
 */
export async function collectFacts(
  sides: { readonly base: Side; readonly head: Side },
  cells: readonly TrackCell[],
  { onCell = () => {}, signal, partial, withinMs = Number.POSITIVE_INFINITY }: CollectOptions = {},
): Promise<Collected> {
  const settled = new Map<string, SettledCell>();
  const deadline = performance.now() + withinMs;
  let done = 0;
  let failed = false;
  const goThrough = async (lane: number): Promise<void> => {
    const [base, head] = [new SideProcess(sides.base), new SideProcess(sides.head)];
    try {
      for (const cell of cells.filter((_, place) => place % lanes === lane)) {
        if (failed || signal?.aborted) break;
        const name = cellName(cell);
        const known = partial?.get(name);
        if (known === undefined && performance.now() > deadline) {
          settled.set(name, { base: outOfTime, head: outOfTime, unstable: [] });
          continue;
        }
        const found = known ?? (await settledFacts(cell, base, head));
        settled.set(name, found);
        if (known === undefined) partial?.add(name, found);
        onCell(++done);
      }
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      await Promise.all([base.close(), head.close()]);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, (_, lane) => goThrough(lane)));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  const base: Record<string, CellOutcome> = {};
  const head: Record<string, CellOutcome> = {};
  const unstable: Record<string, readonly string[]> = {};
  for (const name of cells.map(cellName)) {
    const found = settled.get(name);
    if (found === undefined) continue;
    base[name] = found.base;
    head[name] = found.head;
    if (found.unstable.length > 0) unstable[name] = found.unstable;
  }
  return { base, head, unstable };
}

/** Facts of a cell on both sides, of one process each. */
async function settledFacts(cell: TrackCell, base: SideProcess, head: SideProcess): Promise<SettledCell> {
  const ask = async (): Promise<readonly [CellOutcome, CellOutcome]> => [
    await base.factsOf(cell),
    await head.factsOf(cell),
  ];
  const [before, after] = await ask();
  if (!before.ok || !after.ok || differenceOf(cellName(cell), before.facts, after.facts) === undefined)
    return { base: before, head: after, unstable: [] };
  const runs = { base: [before.facts], head: [after.facts] };
  for (let time = 0; time < repetitions; time++) {
    const [baseAgain, headAgain] = await ask();
    if (baseAgain.ok) runs.base.push(baseAgain.facts);
    if (headAgain.ok) runs.head.push(headAgain.facts);
  }
  const names = new Set([...unstableFacts(runs.base), ...unstableFacts(runs.head)]);
  const without = (facts: CellFacts): CellFacts => withoutFacts(facts, names);
  return {
    base: { ok: true, facts: without(before.facts) },
    head: { ok: true, facts: without(after.facts) },
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
