/** @file `bench sweep`: the benchmark on many machines. */
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { plural, UsageError } from '../errors.ts';
import { rejectedText } from '../store/read.ts';
import { collect } from '../sweep/collect.ts';
import { engineNames } from '../sweep/engines/index.ts';
import { SweepFolder } from '../sweep/layout.ts';
import { stateOf } from '../sweep/state.ts';
import { statusText } from '../sweep/status-text.ts';
import type { BenchDefinition, Output } from './definition.ts';
import { type ErrorOutput, guarded } from './guarded.ts';
import { addSelectionOptions } from './run-options.ts';
import { conflictText } from './sweep-collected-text.ts';
import { engineFor, resumeSweep, type SizeOptions, type SweepOptions, startSweep } from './sweep-rounds.ts';
import type { SweepSurroundings } from './sweep-surroundings.ts';
import { runTaskAction } from './sweep-task.ts';

/** `sweep` and, below it, `status`, `resume`, `collect`, `cancel`, and `task`, which the engine's jobs run. */
export function sweepCommand(definition: BenchDefinition, around: SweepSurroundings): Command {
  const { output, errors } = around;
  const sweep = new Command('sweep')
    .description('Runs the benchmark as jobs of a cluster: plans tasks of about equal time and submits them.')
    .enablePositionalOptions();
  addSelectionOptions(sweep, definition.suites);
  addSizeOptions(sweep)
    .option('--out <folder>', 'the sweep’s folder, on a file system that all machines share')
    .addOption(new Option('--engine <name>', 'what runs the tasks').choices(engineNames).default('slurm'))
    .option('--adapter <name>', 'the device that tasks open; the best there is when left out')
    .option('--mixed-devices', 'let tasks run on different devices; boards never mix them')
    .option('--records <paths...>', 'records that say how long cells take')
    .option('--partition <name>', 'slurm: --partition')
    .option('--account <name>', 'slurm: --account')
    .option('--gpus <request>', 'GPUs a task: slurm --gpus-per-task, kubernetes nvidia.com/gpu')
    .option('--constraint <features>', 'slurm: --constraint, to get one kind of node')
    .option('--cpus <count>', 'processor cores a task; 2 when left out')
    .option('--at-once <count>', 'at most so many tasks of an array at once')
    .option(
      '--engine-option <words...>',
      'slurm: further options of sbatch, as they are: --engine-option=--qos=long',
    )
    .option('--setup <lines...>', 'slurm: lines of shell before each task: "module load nodejs"')
    .option('--image <name>', 'kubernetes: the image of the tasks')
    .option('--claim <name>', 'kubernetes: the claim of the shared volume')
    .option('--dry-run', 'print the plan and the script of the first array; write and submit nothing')
    .action((options: SweepOptions) => guarded(errors, () => startSweep(definition, options, around)));

  sweep
    .command('status')
    .description('How a sweep stands: done, running, failed with reasons, time left.')
    .argument('<folder>')
    .action((path: string) =>
      guarded(errors, async () => {
        const folder = new SweepFolder(path);
        output.write(`${statusText(path, await stateOf(folder, engineFor(folder.sweep())))}\n`);
        return 0;
      }),
    );
  addSizeOptions(
    sweep
      .command('resume')
      .description('Submits what is missing; what was out of time or memory gets more of it, once.')
      .argument('<folder>'),
  )
    .option('--dry-run', 'print the plan; write and submit nothing')
    .action((path: string, options: SizeOptions & { readonly dryRun?: true }) =>
      guarded(errors, () => resumeSweep(definition, path, options, around)),
    );
  sweep
    .command('collect')
    .description('Gathers the records of a sweep, or of several stores, in one file; conflicts are named.')
    .argument('<folder>', 'a sweep')
    .argument('[more...]', 'further stores, folders of records or .jsonl files')
    .option('--out <file>', 'where they go; collected.jsonl in the sweep’s folder when left out')
    .action((path: string, more: readonly string[], options: { readonly out?: string }) =>
      guarded(errors, async () => collectAction(path, more, options.out, output, errors)),
    );
  sweep
    .command('cancel')
    .description('Ends the jobs of a sweep. What is finished is kept.')
    .argument('<folder>')
    .action((path: string) => guarded(errors, () => cancelAction(path, output)));
  sweep
    .command('task', { hidden: true })
    .description('Runs a task; started by the engine.')
    .argument('<folder>')
    .argument('<round>')
    .argument('<task>')
    .action((path: string, round: string, task: string) =>
      guarded(errors, () => runTaskAction(definition, path, Number(round), Number(task), around)),
    );
  return sweep;
}

function addSizeOptions(command: Command): Command {
  return command
    .option('--tasks <count>', 'how many tasks')
    .option('--task-minutes <minutes>', 'how long a task is to take; 60 when nothing is said')
    .option('--time <minutes>', 'time limit of a task; from the estimate when left out')
    .option('--memory <GiB>', 'host memory of a task; from the estimate when left out');
}

function collectAction(
  path: string,
  more: readonly string[],
  to: string | undefined,
  output: Output,
  errors: ErrorOutput,
): number {
  const out = to ?? join(path, 'collected.jsonl');
  if (!out.endsWith('.jsonl'))
    throw new UsageError(`--out ${out}: records are gathered in one file whose name ends in .jsonl.`);
  const folder = new SweepFolder(path);
  const planned = folder.sweep().cells;
  const collected = collect([path, ...more], out, join(path, '.temporary'));
  for (const rejected of collected.rejected) errors.write(`${rejectedText(rejected)}\n`);
  const missing =
    collected.cells < planned
      ? ` ${plural(planned - collected.cells, 'cell')} of the sweep has no record.`
      : '';
  output.write(
    `${plural(collected.records, 'record')} of ${plural(collected.cells, 'cell')} in ${out}.${missing}\n`,
  );
  if (collected.conflicts.length === 0) return 0;
  errors.write(`${conflictText(collected.conflicts)}\n`);
  return 1;
}

async function cancelAction(path: string, output: Output): Promise<number> {
  const folder = new SweepFolder(path);
  const engine = engineFor(folder.sweep());
  const state = await stateOf(folder, engine);
  const alive = new Set(state.tasks.filter((task) => task.state !== 'over').map(({ writer }) => writer));
  const arrays = state.rounds.flatMap(({ number, arrays: own }) =>
    own.filter(({ firstTask, lastTask }) =>
      state.tasks.some(
        (task) =>
          task.round === number &&
          firstTask <= task.number &&
          task.number <= lastTask &&
          alive.has(task.writer),
      ),
    ),
  );
  if (arrays.length === 0) {
    output.write('Nothing of this sweep waits or runs.\n');
    return 0;
  }
  for (const { name, jobId } of arrays) {
    await engine.cancel(jobId ?? '');
    output.write(`${name}: job ${jobId} is cancelled.\n`);
  }
  output.write(`What is finished is kept; "bench sweep resume ${path}" goes on from there.\n`);
  return 0;
}
