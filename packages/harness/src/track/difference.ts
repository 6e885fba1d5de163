import type { CellFacts, CellOutcome, Facts, KernelFacts, ModuleFacts } from './facts.ts';

/** A counter that changed. */
export interface CounterChange {
  readonly counter: string;
  /** Undefined where that side does not have it. */
  readonly base: number | undefined;
  readonly head: number | undefined;
}

/** A kernel that changed: how often it is dispatched, its shader, or both. */
export interface KernelChange {
  readonly label: string;
  readonly base: KernelSide | undefined;
  readonly head: KernelSide | undefined;
}

/** All dispatches of one label in a cell. */
export interface KernelSide {
  readonly dispatches: number;
  readonly workgroups: number;
  readonly boundBytes: number;
  /** Sums over its shaders' texts. */
  readonly loads: number;
  readonly stores: number;
  readonly barriers: number;
  readonly characters: number;
  /** Hashes of its shaders, sorted. */
  readonly modules: string;
}

/** What differs in one cell. */
export interface CellDifference {
  readonly cell: string;
  readonly results: boolean;
  readonly trace: boolean;
  readonly counters: readonly CounterChange[];
  readonly kernels: readonly KernelChange[];
  readonly variants: readonly { readonly kernel: string; readonly base: string; readonly head: string }[];
}

/** What became of each cell. */
export type CellVerdict =
  | { readonly kind: 'identical'; readonly cell: string }
  | { readonly kind: 'differs'; readonly cell: string; readonly difference: CellDifference }
  /** One side has no facts. */
  | { readonly kind: 'not compared'; readonly cell: string; readonly reason: string };

/** Compares all cells that either side has. */
export function compareFacts(base: Facts, head: Facts): readonly CellVerdict[] {
  const cells = [...new Set([...Object.keys(head), ...Object.keys(base)])];
  return cells.map((cell) => verdictOf(cell, base[cell], head[cell]));
}

function verdictOf(cell: string, base: CellOutcome | undefined, head: CellOutcome | undefined): CellVerdict {
  if (base?.ok === true && head?.ok === true) {
    const difference = differenceOf(cell, base.facts, head.facts);
    return difference === undefined ? { kind: 'identical', cell } : { kind: 'differs', cell, difference };
  }
  const reasons = [
    ...(base?.ok === true ? [] : [`base: ${base?.reason ?? 'it has no such cell'}`]),
    ...(head?.ok === true ? [] : [`head: ${head?.reason ?? 'it has no such cell'}`]),
  ];
  return { kind: 'not compared', cell, reason: reasons.join('; ') };
}

/** What differs; undefined where nothing does. */
export function differenceOf(cell: string, base: CellFacts, head: CellFacts): CellDifference | undefined {
  const counters = changedCounters(base.counters, head.counters);
  const kernels = changedKernels(base, head);
  const variants = Object.keys({ ...base.variants, ...head.variants }).flatMap((kernel) => {
    const [before, after] = [base.variants[kernel] ?? 'none', head.variants[kernel] ?? 'none'];
    return before === after ? [] : [{ kernel, base: before, head: after }];
  });
  const results = base.results !== head.results;
  const trace = base.trace !== head.trace;
  if (!results && !trace && counters.length === 0 && kernels.length === 0 && variants.length === 0)
    return undefined;
  return { cell, results, trace, counters, kernels, variants };
}

function changedCounters(
  base: Readonly<Record<string, number>>,
  head: Readonly<Record<string, number>>,
): readonly CounterChange[] {
  return Object.keys({ ...base, ...head }).flatMap((counter) =>
    base[counter] === head[counter] ? [] : [{ counter, base: base[counter], head: head[counter] }],
  );
}

function changedKernels(base: CellFacts, head: CellFacts): readonly KernelChange[] {
  const [before, after] = [sidesOf(base), sidesOf(head)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((label) => {
    const change: KernelChange = { label, base: before.get(label), head: after.get(label) };
    return JSON.stringify(change.base) === JSON.stringify(change.head) ? [] : [change];
  });
}

/** Kernels by label. Shaders of one label are one kernel in several sizes. */
function sidesOf({ kernels, modules }: CellFacts): ReadonlyMap<string, KernelSide> {
  const texts = new Map(modules.map((module) => [module.hash, module]));
  const sides = new Map<string, KernelSide>();
  const byLabel = grouped(kernels);
  for (const [label, own] of byLabel) {
    const hashes = [...new Set(own.map(({ module }) => module))].sort();
    const sum = (pick: (one: KernelFacts) => number): number =>
      own.reduce((total, one) => total + pick(one), 0);
    const count = (pick: (one: ModuleFacts) => number): number =>
      hashes.reduce((total, hash) => total + (texts.has(hash) ? pick(texts.get(hash)!) : 0), 0);
    sides.set(label, {
      dispatches: sum((one) => one.dispatches),
      workgroups: sum((one) => one.workgroups),
      boundBytes: sum((one) => one.boundBytes),
      loads: count((one) => one.loads),
      stores: count((one) => one.stores),
      barriers: count((one) => one.barriers),
      characters: count((one) => one.characters),
      modules: hashes.join(' '),
    });
  }
  return sides;
}

function grouped(kernels: readonly KernelFacts[]): Map<string, KernelFacts[]> {
  const groups = new Map<string, KernelFacts[]>();
  for (const kernel of kernels) groups.set(kernel.label, [...(groups.get(kernel.label) ?? []), kernel]);
  return groups;
}
