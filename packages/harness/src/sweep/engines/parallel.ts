/** @file A list of commands, one a task: for GNU parallel over machines that can be reached by ssh, or for xargs on one machine. */
import { UsageError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import { shellLine } from './shell.ts';

/** The engine that writes commands for the user to start. */
export function parallelEngine(): Engine {
  return {
    name: 'parallel',
    script: ({ name, firstTask, lastTask, command, workingFolder }) => ({
      fileName: `${name}.commands`,
      text: Array.from(
        { length: lastTask - firstTask + 1 },
        (_, index) =>
          `cd ${shellLine([workingFolder])} && exec ${shellLine([...command, String(firstTask + index)])}\n`,
      ).join(''),
    }),
    submit: async ({ folder }, scriptPath) => ({
      jobId: null,
      says:
        'Start the tasks on machines that share this folder, HOSTS being a file with a host a line:\n' +
        `  parallel --jobs 1 --sshloginfile HOSTS --joblog ${shellLine([`${folder}/logs/parallel.txt`])} < ${shellLine([scriptPath])}\n` +
        'or on this machine, one after another:\n' +
        `  xargs -d '\\n' -n 1 -P 1 sh -c < ${shellLine([scriptPath])}`,
    }),
    states: async () => new Map(),
    cancel: async () => {
      throw new UsageError(
        'A sweep of the engine parallel is ended where it was started: ctrl-C there ends its commands, and what is finished is kept.',
      );
    },
  };
}
