/** @file How a sweep stands: every task from what it wrote and what the engine says, every cell from its last answer. */
import type { Status } from '../cell/config.ts';
import type { Engine, TaskState } from './engine.ts';
import { type Round, type SubmittedArray, type Sweep, type SweepFolder, writerOf } from './layout.ts';
import { type EndedCell, readProgress, type Start } from './progress.ts';

/** A task and all that is known of it. */
export interface SweepTask {
  readonly round: number;
  readonly number: number;
  /** The name of its files: `r1-t0001`. */
  readonly writer: string;
  readonly cells: readonly string[];
  /** How long it was expected to take. */
  readonly seconds: number;
  readonly timeFactor: number;
  readonly memoryFactor: number;
  readonly starts: readonly Start[];
  /** What the engine says; undefined where it cannot be asked. */
  readonly engine: TaskState | undefined;
  readonly state: 'waiting' | 'running' | 'over';
}

/** The last answer to a cell. */
export interface Answer extends EndedCell {
  readonly task: SweepTask;
}

/** A sweep as it stands. */
export interface SweepState {
  readonly sweep: Sweep;
  readonly rounds: readonly Round[];
  readonly tasks: readonly SweepTask[];
  /** Of the cells that have an answer, by cell. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** The last task that each cell was given to. */
  readonly lastTask: ReadonlyMap<string, SweepTask>;
}

/** A task that is not heard of for so long and of which no engine knows is over. */
const silenceMs = 5 * 60_000;

/** Reads a sweep's folder and asks the engine. @throws UsageError where there is no sweep */
export async function stateOf(folder: SweepFolder, engine: Engine): Promise<SweepState> {
  const sweep = folder.sweep();
  const rounds = folder.rounds();
  const progress = readProgress(folder.path);
  const tasks: SweepTask[] = [];
  for (const round of rounds) {
    const states = await engineStates(round.arrays, engine);
    const cellsOfTasks = folder.cellsOf(round.number);
    for (const { number, seconds, timeFactor, memoryFactor } of round.tasks) {
      const writer = writerOf(round.number, number);
      const starts = progress.get(writer) ?? [];
      const said = states.get(number);
      const cells = cellsOfTasks[number - 1] ?? [];
      const isSubmitted = round.arrays.some(
        ({ firstTask, lastTask }) => firstTask <= number && number <= lastTask,
      );
      const state = isSubmitted ? taskStateOf(starts, said) : 'over';
      tasks.push({
        ...{ round: round.number, number, writer, cells, seconds, timeFactor, memoryFactor, starts },
        ...{ engine: said, state },
      });
    }
  }
  return { sweep, rounds, tasks, ...answersOf(tasks) };
}

async function engineStates(
  arrays: readonly SubmittedArray[],
  engine: Engine,
): Promise<ReadonlyMap<number, TaskState>> {
  const states = new Map<number, TaskState>();
  for (const array of arrays)
    if (array.jobId !== null)
      for (const [task, state] of await engine.states(array, array.jobId)) states.set(task, state);
  return states;
}

/** The engine knows best; without one, what the task wrote and how long ago. */
function taskStateOf(starts: readonly Start[], said: TaskState | undefined): SweepTask['state'] {
  if (said !== undefined) return said.state === 'waiting' || said.state === 'running' ? said.state : 'over';
  const last = starts.at(-1);
  if (last === undefined) return 'waiting';
  if (last.stopped !== undefined || last.refused !== undefined) return 'over';
  return Date.now() - last.heardOf > silenceMs ? 'over' : 'running';
}

function answersOf(tasks: readonly SweepTask[]): Pick<SweepState, 'answers' | 'lastTask'> {
  const answers = new Map<string, Answer>();
  const lastTask = new Map<string, SweepTask>();
  for (const task of tasks) {
    for (const cell of task.cells) lastTask.set(cell, task);
    for (const { cells } of task.starts)
      for (const ended of cells) if (ended.endedBy === undefined) answers.set(ended.cell, { ...ended, task });
  }
  return { answers, lastTask };
}

/** How much more time a cell gets that was out of it, and how much more memory. */
const moreTime = 4;
const moreMemory = 2;

/** A cell that a further round would run. */
export interface Missing {
  readonly cell: string;
  readonly because: 'no answer' | Extract<Status, 'timeout' | 'oom'>;
  readonly timeFactor: number;
  readonly memoryFactor: number;
}

/**
 * The cells that a further round has to run: those without an answer, those that were out of time and those that were out of memory. The latter two
 * get more of it, and once only: what fails again so has failed. Cells of tasks that wait or run are left to these.
 */
export function missingOf({ answers, lastTask }: SweepState): readonly Missing[] {
  const missing: Missing[] = [];
  for (const [cell, task] of lastTask) {
    if (task.state !== 'over') continue;
    const status = answers.get(cell)?.status;
    const { timeFactor, memoryFactor } = task;
    if (status === undefined) {
      const wantsMemory = task.engine?.said.startsWith('OUT_OF_MEMORY') === true && memoryFactor === 1;
      missing.push({
        cell,
        because: 'no answer',
        timeFactor,
        memoryFactor: wantsMemory ? moreMemory : memoryFactor,
      });
    } else if (status === 'timeout' && timeFactor === 1)
      missing.push({ cell, because: status, timeFactor: moreTime, memoryFactor });
    else if (status === 'oom' && memoryFactor === 1)
      missing.push({ cell, because: status, timeFactor, memoryFactor: moreMemory });
  }
  return missing;
}
