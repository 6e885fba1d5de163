/** @file `bench sweep`: the benchmark on many machines. */
import { Command, Option } from 'commander';
import { engineNames } from '../sweep/engines/index.ts';
import type { BenchDefinition } from './definition.ts';
import { guarded } from './guarded.ts';
import { addSelectionOptions } from './run-options.ts';
import { addSweepFolderCommands } from './sweep-folder-commands.ts';
import { resumeSweep, type SizeOptions, type SweepOptions, startSweep } from './sweep-rounds.ts';
import type { SweepSurroundings } from './sweep-surroundings.ts';
import { runTaskAction } from './sweep-task.ts';

/** `sweep` and, below it, `status`, `resume`, `collect`, `cancel`, and `task`, which the engine's jobs run. */
export function sweepCommand(definition: BenchDefinition, around: SweepSurroundings): Command {
  const { errors } = around;
  const sweep = new Command('sweep')
    .description('Runs the benchmark as jobs of a cluster.')
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

  addSweepFolderCommands(sweep, around);
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
