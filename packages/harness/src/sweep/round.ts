/** @file A round of a sweep: cells into tasks, tasks into arrays, arrays to the engine. */
import type { PlannedCell } from '../cell/cell-list.ts';
import { groupedBy } from '../grouped.ts';
import type { Engine, TaskArray } from './engine.ts';
import type { CellFormula } from './estimate.ts';
import type { Round, SubmittedArray, SweepFolder } from './layout.ts';
import { packCells, type Task, type TaskSize } from './pack.ts';

/** A cell that is to run, and what it gets beyond the usual because it failed for want of it. */
export interface OpenCell {
  readonly cell: PlannedCell;
  /** Times the time that its profile allows. */
  readonly timeFactor: number;
  /** Times the memory that it is expected to need. */
  readonly memoryFactor: number;
}

/** What decides how a round is cut up. */
export interface RoundSettings extends TaskSize {
  /** Time limit of every task, in minutes; from the estimate when left out. */
  readonly time?: number;
  /** Memory of every task, in MiB; from the estimate when left out. */
  readonly memoryMiB?: number;
  /** The words that run a task, its number left out. */
  readonly taskCommand: (round: number) => readonly string[];
  readonly workingFolder: string;
}

/** A task as it stands in a round. */
export interface RoundTask extends Task {
  readonly timeFactor: number;
  readonly memoryFactor: number;
}

/** A round before it is submitted. */
export interface PlannedRound {
  readonly number: number;
  readonly tasks: readonly RoundTask[];
  readonly arrays: readonly TaskArray[];
}

/** Slurm's own limit, unless an administrator raised it. */
const mostTasks = 1000;
/** A task may take so many times what was expected of it. */
const slack = 3;
/** For starting, on top. */
const startMinutes = 10;

/** Cuts open cells into tasks and arrays. Cells that get more than the usual are in tasks of their own. */
export function planRound(
  folder: string,
  number: number,
  open: readonly OpenCell[],
  estimate: CellFormula,
  settings: RoundSettings,
): PlannedRound {
  const kinds = groupedBy(open, ({ timeFactor, memoryFactor }) => `${timeFactor} ${memoryFactor}`);
  const tasks = [...kinds.values()].flatMap((cells) => {
    const [{ timeFactor, memoryFactor } = { timeFactor: 1, memoryFactor: 1 }] = cells;
    const estimated = cells.map(({ cell }) => {
      if (cell.unsupported !== undefined) return { cell, estimate: { seconds: 0, bytes: 0 } };
      const { seconds, bytes } = estimate(cell.config);
      // Whatever a formula says of large sizes, a cell is ended when its time is over.
      return { cell, estimate: { seconds: Math.min(seconds, (cell.timeoutMs / 1000) * timeFactor), bytes } };
    });
    return packCells(estimated, settings).map((task) => ({
      ...task,
      memoryMiB: (settings.memoryMiB ?? task.memoryMiB) * memoryFactor,
      timeFactor,
      memoryFactor,
    }));
  });
  return { number, tasks, arrays: arraysOf(folder, number, tasks, settings) };
}

/** Tasks that follow each other and ask for the same make an array. */
function arraysOf(
  folder: string,
  round: number,
  tasks: readonly RoundTask[],
  settings: RoundSettings,
): readonly TaskArray[] {
  const runs: { first: number; last: number }[] = [];
  for (const [index, task] of tasks.entries()) {
    const run = runs.at(-1);
    const before = tasks[index - 1];
    const alike =
      before?.memoryMiB === task.memoryMiB &&
      before.timeFactor === task.timeFactor &&
      before.memoryFactor === task.memoryFactor;
    if (run !== undefined && alike && index - run.first < mostTasks) run.last = index;
    else runs.push({ first: index, last: index });
  }
  return runs.map(({ first, last }, index) => ({
    name: `r${round}-a${index + 1}`,
    folder,
    firstTask: first + 1,
    lastTask: last + 1,
    memoryMiB: tasks[first]?.memoryMiB ?? 0,
    minutes: settings.time ?? minutesFor(tasks.slice(first, last + 1)),
    command: settings.taskCommand(round),
    workingFolder: settings.workingFolder,
  }));
}

/** A time limit that a task of these keeps: its cells may take longer than expected, and one may take all that it is allowed. */
function minutesFor(tasks: readonly RoundTask[]): number {
  const longest = tasks.reduce((most, { seconds, timeFactor }) => Math.max(most, seconds * timeFactor), 0);
  const allowed = tasks.reduce(
    (most, { cells, timeFactor }) =>
      cells.reduce((longestCell, { timeoutMs }) => Math.max(longestCell, timeoutMs * timeFactor), most),
    0,
  );
  return Math.ceil((slack * longest + allowed / 1000) / 60) + startMinutes;
}

/** What came of submitting a round. */
export interface Submitted {
  readonly round: Round;
  /** What the engine says of each array. */
  readonly says: readonly string[];
}

/**
 * Writes a round's files and hands its arrays to the engine. What was submitted is on the disk before the next array is: a refusal in the middle
 * leaves the arrays before it in the round, and `resume` goes on.
 *
 * @throws UsageError with the engine's words
 */
export async function submitRound(
  folder: SweepFolder,
  engine: Engine,
  { number, tasks, arrays }: PlannedRound,
): Promise<Submitted> {
  folder.writeCells(
    number,
    tasks.map(({ cells }) => cells.map(({ cellId }) => cellId)),
  );
  folder.write('logs/README.txt', 'What the tasks of this sweep printed, a file a task.\n');
  const submitted: SubmittedArray[] = [];
  const says: string[] = [];
  const roundOf = (): Round => ({
    schemaVersion: 1,
    kind: 'sweep-round',
    number,
    arrays: submitted,
    tasks: tasks.map(({ cells, seconds, timeFactor, memoryFactor }, index) => ({
      number: index + 1,
      cells: cells.length,
      seconds,
      timeFactor,
      memoryFactor,
    })),
  });
  for (const array of arrays) {
    const { fileName, text } = engine.script(array);
    const path = folder.write(`rounds/${number}/${fileName}`, text);
    const submission = await engine.submit(array, path);
    const { name, firstTask, lastTask, memoryMiB, minutes } = array;
    submitted.push({ name, firstTask, lastTask, memoryMiB, minutes, jobId: submission.jobId });
    says.push(`${name}: ${submission.says}`);
    folder.writeRound(roundOf());
  }
  return { round: roundOf(), says };
}
