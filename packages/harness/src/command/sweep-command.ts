/** @file `bench sweep`: the benchmark on many machines. */
import { Command, Option } from 'commander';
import { engineNames } from '../sweep/engines/index.ts';
import { addEnvironmentOptions } from './environment-options.ts';
import { guarded } from './guarded.ts';
import { addSelectionOptions } from './run-options.ts';
import type { Surroundings } from './surroundings.ts';
import { addSweepFolderCommands } from './sweep-folder-commands.ts';
import { resumeSweep, type SizeOptions, type SweepOptions, startSweep } from './sweep-rounds.ts';
import { runTaskAction } from './sweep-task.ts';

/** `sweep` and, below it, `status`, `resume`, `collect`, `cancel`, and `task`, which the engine's jobs run. */
export function sweepCommand(around: Surroundings): Command {
  const { definition, errors } = around;
  const sweep = new Command('sweep')
    .description('Runs the benchmark as cluster jobs.')
    .enablePositionalOptions();
  addSelectionOptions(sweep, definition.suites);
  addSizeOptions(addEnvironmentOptions(sweep, definition.environmentOptions))
    .option('--out <folder>', 'the sweep’s folder, on a file system that all machines share')
    .addOption(
      new Option('--engine <name>', 'the system that runs the tasks').choices(engineNames).default('slurm'),
    )
    .option('--adapter <name>', 'the device that tasks open; by default the best available')
    .option('--mixed-devices', 'allow tasks on different devices; leaderboards keep them apart')
    .option('--records <paths...>', 'records from which durations are estimated')
    .option('--partition <name>', 'slurm: --partition')
    .option('--account <name>', 'slurm: --account')
    .option('--gpus <request>', 'GPUs a task: slurm --gpus-per-task, kubernetes nvidia.com/gpu')
    .option('--constraint <features>', 'slurm: --constraint, to get one kind of node')
    .option('--cpus <count>', 'processor cores per task; 2 by default')
    .option('--at-once <count>', 'most tasks of an array that run at the same time')
    .option(
      '--engine-option <words...>',
      'slurm: further options of sbatch, verbatim: --engine-option=--qos=long',
    )
    .option('--setup <lines...>', 'slurm: shell lines before each task: "module load nodejs"')
    .option('--image <name>', 'kubernetes: the image of the tasks')
    .option('--claim <name>', 'kubernetes: the claim of the shared volume')
    .option('--dry-run', 'print the plan and the script of the first array; write and submit nothing')
    .action((options: SweepOptions) => guarded(errors, () => startSweep(options, around)));

  addSweepFolderCommands(sweep, around);
  addSizeOptions(
    sweep
      .command('resume')
      .description('Submits missing cells; those that ran out of time or memory get more, once.')
      .argument('<folder>'),
  )
    .option('--dry-run', 'print the plan; write and submit nothing')
    .action((path: string, options: SizeOptions & { readonly dryRun?: true }) =>
      guarded(errors, () => resumeSweep(path, options, around)),
    );
  sweep
    .command('task', { hidden: true })
    .description('Runs a task; started by the engine.')
    .argument('<folder>')
    .argument('<round>')
    .argument('<task>')
    .action((path: string, round: string, task: string) =>
      guarded(errors, () => runTaskAction(path, Number(round), Number(task), around)),
    );
  return sweep;
}

function addSizeOptions(command: Command): Command {
  return command
    .option('--tasks <count>', 'how many tasks')
    .option('--task-minutes <minutes>', 'duration of a task; 60 by default')
    .option('--time <minutes>', 'time limit of a task; by default from the estimate')
    .option('--memory <GiB>', 'host memory of a task; by default from the estimate');
}
