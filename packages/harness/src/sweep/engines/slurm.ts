/**
 * @file Slurm: an array of tasks is one job array. States come from `squeue`, and from `sacct` where there is accounting; a cluster without it forgets
 * a task soon after its end, and the records say the rest.
 */
import { UsageError } from '../../errors.ts';
import type { Engine, TaskArray, TaskState } from '../engine.ts';
import { runProgram, shellLine } from './shell.ts';

/** What is handed through to `sbatch`. */
export interface SlurmOptions {
  readonly partition?: string;
  readonly account?: string;
  readonly gpus?: string;
  readonly constraint?: string;
  readonly cpus: number;
  /** At most so many tasks of an array at once. */
  readonly atOnce?: number;
  /** Further options, as they are: `--qos=long`. */
  readonly options: readonly string[];
  /** Lines of shell before the command: `module load nodejs`. */
  readonly setup: readonly string[];
}

/** How long before the end of its time a task is told to stop, in seconds: the cell in work is lost, and nothing else. */
const noticeSeconds = 60;

/** The engine that submits job arrays. */
export function slurmEngine(options: SlurmOptions): Engine {
  return {
    name: 'slurm',
    script: (array) => ({ fileName: `${array.name}.sbatch`, text: scriptText(array, options) }),
    submit: async (_, scriptPath) => {
      const { code, out, err } = await slurm('sbatch', ['--parsable', scriptPath]);
      if (code !== 0) throw new UsageError(`Slurm refused ${scriptPath}: ${lastWords(err)}`);
      const jobId = out.trim().split(';')[0] ?? '';
      return { jobId, says: `Slurm has it as job ${jobId}.` };
    },
    states: statesOf,
    cancel: async (jobId) => {
      const { code, err } = await slurm('scancel', [jobId]);
      if (code !== 0) throw new UsageError(`Slurm did not cancel job ${jobId}: ${lastWords(err)}`);
    },
  };
}

function scriptText(array: TaskArray, options: SlurmOptions): string {
  const { name, folder, firstTask, lastTask, memoryMiB, minutes, command, workingFolder } = array;
  const atOnce = options.atOnce === undefined ? '' : `%${options.atOnce}`;
  const lines = [
    `--job-name=longhorizon-${name}`,
    `--array=1-${lastTask - firstTask + 1}${atOnce}`,
    '--ntasks=1',
    `--cpus-per-task=${options.cpus}`,
    `--mem=${memoryMiB}M`,
    `--time=${minutes}`,
    `--output=${folder}/logs/${name}-%a.txt`,
    '--open-mode=append',
    '--requeue',
    `--signal=B:TERM@${noticeSeconds}`,
    ...(options.partition === undefined ? [] : [`--partition=${options.partition}`]),
    ...(options.account === undefined ? [] : [`--account=${options.account}`]),
    ...(options.gpus === undefined ? [] : [`--gpus-per-task=${options.gpus}`]),
    ...(options.constraint === undefined ? [] : [`--constraint=${options.constraint}`]),
    ...options.options,
  ];
  return [
    '#!/bin/sh',
    ...lines.map((line) => `#SBATCH ${line}`),
    '',
    ...options.setup,
    `if ! cd ${shellLine([workingFolder])} || [ ! -r ${shellLine([`${folder}/sweep.json`])} ]; then`,
    `  echo "longhorizon: the folders of this sweep are not on $(uname -n): they have to be on a file system that all nodes share." >&2`,
    '  exit 3',
    'fi',
    '# Takes the place of this shell, so that signals reach it.',
    `exec ${shellLine(command)} "$((SLURM_ARRAY_TASK_ID + ${firstTask - 1}))"`,
    '',
  ].join('\n');
}

const waiting = new Set(['PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_HOLD', 'REQUEUE_FED', 'SUSPENDED']);
const running = new Set(['RUNNING', 'COMPLETING', 'STAGE_OUT', 'SIGNALING']);

/** What a state of Slurm's means for a task. */
export function taskState(word: string, reason: string): TaskState {
  // `CANCELLED by 1000` is one state.
  const state = word.split(' ')[0] ?? '';
  const said = reason === '' || reason === 'None' ? state : `${state} (${reason})`;
  if (waiting.has(state)) return { state: 'waiting', said };
  if (running.has(state)) return { state: 'running', said };
  return { state: state === 'COMPLETED' ? 'ended' : 'failed', said };
}

async function statesOf(
  { firstTask, lastTask }: Pick<TaskArray, 'firstTask' | 'lastTask'>,
  jobId: string,
): Promise<ReadonlyMap<number, TaskState>> {
  const states = new Map<number, TaskState>();
  const note = (index: string | undefined, state: TaskState): void => {
    const number = Number(index) + firstTask - 1;
    if (Number.isInteger(number) && number <= lastTask) states.set(number, state);
  };
  // Without accounting sacct says so and ends with an error, which is no fault; so does squeue for a job that is long over.
  const accounted = await slurm('sacct', ['-n', '-X', '-P', '-j', jobId, '--format=JobID,State']);
  if (accounted.code === 0)
    for (const line of accounted.out.split('\n')) {
      const [id = '', state = ''] = line.split('|');
      note(/_(\d+)$/.exec(id)?.[1], taskState(state, ''));
    }
  const queued = await slurm('squeue', ['-h', '-r', '-t', 'all', '-j', jobId, '-o', '%K|%T|%r']);
  if (queued.code === 0)
    for (const line of queued.out.split('\n').filter((text) => text !== '')) {
      const [index, state = '', reason = ''] = line.split('|');
      note(index, taskState(state, reason));
    }
  for (let task = firstTask; task <= lastTask; task++)
    if (!states.has(task)) states.set(task, { state: 'gone', said: 'Slurm has forgotten it' });
  return states;
}

function slurm(program: string, words: readonly string[]): ReturnType<typeof runProgram> {
  const absent = `There is no ${program} here: the engine slurm runs on a machine from which jobs are submitted, a login node of a cluster. --engine parallel writes plain commands instead.`;
  return runProgram(program, words, absent);
}

function lastWords(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
