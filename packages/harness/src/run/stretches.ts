import { availableParallelism } from 'node:os';
import type { PlannedCell } from '../cell/plan.ts';

/** Cells that follow each other, and how many of them are at work at once. */
export interface Stretch {
  readonly cells: readonly PlannedCell[];
  readonly lanes: number;
}

/** The default number of cells that run at once where a profile allows it. */
export function defaultJobs(): number {
  return Math.min(2, availableParallelism());
}

/**
 * First the cells that may run beside others, then those whose seconds are compared, alone; each in the order of the plan. A lane with nothing
 * left to do waits for the others once, not at every change.
 *
 * @param mayShare whether a cell may run beside others
 * @param jobs how many may run at once
 */
export function stretchesOf(
  cells: readonly PlannedCell[],
  mayShare: (cell: PlannedCell) => boolean,
  jobs: number,
): readonly Stretch[] {
  if (jobs === 1) return [{ cells, lanes: 1 }];
  return [
    { cells: cells.filter(mayShare), lanes: jobs },
    { cells: cells.filter((cell) => !mayShare(cell)), lanes: 1 },
  ];
}

/** Deals cells out in their order, one a call. */
export function inOrder(cells: readonly PlannedCell[]): () => PlannedCell | undefined {
  const left = cells.values();
  return () => left.next().value;
}

/** What a lane is given as a whole, and keeps. */
export function placeOf({ config: { suite, problem } }: PlannedCell): string {
  return `${suite} ${problem}`;
}

/** From how many cells on a lane helps another with the rest of a problem. */
const worthTaking = 8;

/**
 * Deals cells out to lanes. A lane that asks gets the next cell of a problem that no other lane has begun: methods share much of what is
 * compiled for a problem, and a lane's process keeps it. Every second lane begins with the last problems of the plan, so that those of few long
 * cells are not what all wait for at the end. A lane without a problem takes from another, if that has many cells left: for a few it would
 * compile longer than it saves.
 *
 * @param laneOf which lane has which problem (see {@link placeOf}); filled in as problems are begun
 * @returns the next cell for a lane; undefined when there is nothing left for it
 */
export function dealer(
  cells: readonly PlannedCell[],
  laneOf: Map<string, number>,
): (lane: number) => PlannedCell | undefined {
  const left = [...cells];
  const isFree = (cell: PlannedCell): boolean => !laneOf.has(placeOf(cell));
  const firstOf = (lane: number): PlannedCell | undefined => {
    const own = left.find((cell) => laneOf.get(placeOf(cell)) === lane);
    if (own !== undefined) return own;
    const free = lane % 2 === 0 ? left.find(isFree) : left.findLast(isFree);
    if (free === undefined) return left.length < worthTaking ? undefined : left[0];
    laneOf.set(placeOf(free), lane);
    return left.find((cell) => placeOf(cell) === placeOf(free));
  };
  return (lane) => {
    const cell = firstOf(lane);
    if (cell !== undefined) left.splice(left.indexOf(cell), 1);
    return cell;
  };
}
