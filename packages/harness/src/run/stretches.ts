import { availableParallelism } from 'node:os';
import type { PlannedCell } from '../cell/plan.ts';

/** Cells of a plan that follow each other, and how many of them are at work at once. */
export interface Stretch {
  readonly cells: readonly PlannedCell[];
  readonly lanes: number;
}

/** How many cells are at work at once where a profile allows it and nobody said how many. */
export function defaultJobs(): number {
  return Math.min(2, availableParallelism());
}

/**
 * Cuts cells, in plan order, where company begins or ends: cells whose seconds are compared run alone, and nothing else runs until they are
 * done.
 *
 * @param mayShare whether a cell may run beside others
 * @param jobs how many may run at once
 */
export function stretchesOf(
  cells: readonly PlannedCell[],
  mayShare: (cell: PlannedCell) => boolean,
  jobs: number,
): readonly Stretch[] {
  const stretches: { cells: PlannedCell[]; lanes: number }[] = [];
  for (const cell of cells) {
    const lanes = mayShare(cell) ? jobs : 1;
    const last = stretches.at(-1);
    if (last?.lanes === lanes) last.cells.push(cell);
    else stretches.push({ cells: [cell], lanes });
  }
  return stretches;
}

/**
 * Deals cells out to lanes. A lane that asks gets the next cell of a problem that no other lane has begun: methods share much of what is
 * compiled for a problem, and a lane's process keeps it. Only when there are none of those left it takes from another lane.
 *
 * @returns the next cell for a lane; undefined when all are dealt
 */
export function dealer(cells: readonly PlannedCell[]): (lane: number) => PlannedCell | undefined {
  const left = [...cells];
  const laneOf = new Map<string, number>();
  const placeOf = ({ config: { suite, problem } }: PlannedCell): string => `${suite} ${problem}`;
  return (lane) => {
    const own = left.findIndex((cell) => (laneOf.get(placeOf(cell)) ?? lane) === lane);
    const [cell] = left.splice(Math.max(own, 0), 1);
    if (cell !== undefined && own >= 0) laneOf.set(placeOf(cell), lane);
    return cell;
  };
}
