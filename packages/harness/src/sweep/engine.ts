/** @file What carries out a sweep: Slurm, Kubernetes, a list of commands. An engine is four functions. */

/** What becomes one array of equal tasks: they get the same machine, memory and time. */
export interface TaskArray {
  /** Unique in its sweep: `r1-a1`. */
  readonly name: string;
  /** Absolute path of the sweep's folder, the same on every machine. */
  readonly folder: string;
  /** The tasks' numbers in their round, from 1; those of an array follow each other. */
  readonly firstTask: number;
  readonly lastTask: number;
  /** Host memory of a task, in MiB. */
  readonly memoryMiB: number;
  /** Time limit of a task. */
  readonly minutes: number;
  /** What is run for a task, word by word; the task's number follows as the last word. */
  readonly command: readonly string[];
  /** Where the command is run. */
  readonly workingFolder: string;
}

/** What an engine tells of a task. */
export interface TaskState {
  /** `gone`: the engine knows no more of it than that it is over. */
  readonly state: 'waiting' | 'running' | 'ended' | 'failed' | 'gone';
  /** In the engine's own words: `PENDING (Priority)`, `OUT_OF_MEMORY`. */
  readonly said: string;
}

/** What was submitted, as the engine names it. */
export interface Submission {
  /** The engine's name of the array: a job number; null where the user starts it. */
  readonly jobId: string | null;
  /** A sentence for the user: what was done, or what to do. */
  readonly says: string;
}

/** Carries out arrays of tasks. */
export interface Engine {
  readonly name: string;
  /** The file that the engine reads for an array, and its name in the folder of the round. */
  script(array: TaskArray): { readonly fileName: string; readonly text: string };
  /** Hands an array over. @throws UsageError with the engine's own words when it is refused */
  submit(array: TaskArray, scriptPath: string): Promise<Submission>;
  /** What is known of an array's tasks, by their number in the round; empty where the engine cannot be asked. */
  states(
    array: Pick<TaskArray, 'firstTask' | 'lastTask'>,
    jobId: string,
  ): Promise<ReadonlyMap<number, TaskState>>;
  /** Ends an array. @throws UsageError where the engine cannot */
  cancel(jobId: string): Promise<void>;
}
