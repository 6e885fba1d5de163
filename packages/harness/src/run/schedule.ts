/** @file Which cell runs when: batches that may or may not run side by side, and which of the job slots takes which cell. */
import { availableParallelism } from 'node:os';
import type { PlannedCell } from '../cell/cell-list.ts';

/** Cells that follow each other. */
export interface Batch {
  readonly cells: readonly PlannedCell[];
  /** Job slots: how many of the cells are at work at once. */
  readonly slots: number;
}

/** The default number of cells that run at once where a profile allows it. */
export function defaultJobs(): number {
  return Math.min(2, availableParallelism());
}

/**
 * First the cells that may run beside others, then those whose seconds are compared, alone; each in the order of the list. A slot with nothing
 * left to do waits for the others once, not at every change.
 *
 * @param mayShare whether a cell may run beside others
 * @param jobs how many may run at once
 */
export function batchesOf(
  cells: readonly PlannedCell[],
  mayShare: (cell: PlannedCell) => boolean,
  jobs: number,
): readonly Batch[] {
  if (jobs === 1) return [{ cells, slots: 1 }];
  return [
    { cells: cells.filter(mayShare), slots: jobs },
    { cells: cells.filter((cell) => !mayShare(cell)), slots: 1 },
  ];
}

/** Hands cells out in their order, one a call. */
export function inOrder(cells: readonly PlannedCell[]): () => PlannedCell | undefined {
  const left = cells.values();
  return () => left.next().value;
}

/** What cells of one affinity share: they run in one slot, whose process keeps what they compile. */
export function affinityOf({ config: { suite, problem } }: PlannedCell): string {
  return `${suite} ${problem}`;
}

/** From how many cells on a slot helps another with the rest of a problem. */
const worthTaking = 8;

/**
 * Assigns cells to job slots by affinity. A slot that asks gets the next cell of a problem that no other slot has begun: methods share much of what is
 * compiled for a problem, and a slot's process keeps it. Every second slot begins with the last problems of the list, so that those of few long
 * cells are not what all wait for at the end. A slot without a problem takes from another, if that has many cells left: for a few it would
 * compile longer than it saves.
 *
 * @param slotOf which slot has which problem (see {@link affinityOf}); filled in as problems are begun
 * @returns the next cell for a slot; undefined when there is nothing left for it
 */
export function scheduler(
  cells: readonly PlannedCell[],
  slotOf: Map<string, number>,
): (slot: number) => PlannedCell | undefined {
  const left = [...cells];
  const isFree = (cell: PlannedCell): boolean => !slotOf.has(affinityOf(cell));
  const firstOf = (slot: number): PlannedCell | undefined => {
    const own = left.find((cell) => slotOf.get(affinityOf(cell)) === slot);
    if (own !== undefined) return own;
    const free = slot % 2 === 0 ? left.find(isFree) : left.findLast(isFree);
    if (free === undefined) return left.length < worthTaking ? undefined : left[0];
    slotOf.set(affinityOf(free), slot);
    return left.find((cell) => affinityOf(cell) === affinityOf(free));
  };
  return (slot) => {
    const cell = firstOf(slot);
    if (cell !== undefined) left.splice(left.indexOf(cell), 1);
    return cell;
  };
}
