/** @file The subcommands of `bench sweep` that need nothing but the sweep's folder, so that they start without loading what cells run. */
import { join } from 'node:path';
import { Command } from 'commander';
import { answerMistakes, commandLineName } from '../command-line.ts';
import { plural, UsageError } from '../errors.ts';
import { printing } from '../printable.ts';
import { rejectedText } from '../store/read.ts';
import { collect } from '../sweep/collect.ts';
import { engineFor } from '../sweep/engines/index.ts';
import { SweepFolder } from '../sweep/layout.ts';
import { stateOf } from '../sweep/state.ts';
import { statusText } from '../sweep/status-text.ts';
import type { Output } from './definition.ts';
import { guarded } from './guarded.ts';
import type { Streams } from './surroundings.ts';
import { conflictText } from './sweep-collected-text.ts';

/** Whether the words after `bench` ask for one of these subcommands. */
export function asksForSweepFolder([first, second]: readonly string[]): boolean {
  return first === 'sweep' && ['status', 'collect', 'cancel'].includes(second ?? '');
}

/**
 * The command line of a benchmark with these subcommands alone. It answers the words of {@link asksForSweepFolder} as `benchCommand` does.
 *
 * @param name what its users type to run the benchmark
 */
export function sweepFolderCommand(name: string): Command {
  const bench = new Command(name).enablePositionalOptions();
  const output = printing(process.stdout);
  const errors = { ...printing(process.stderr), program: commandLineName(bench) };
  addSweepFolderCommands(bench.command('sweep').enablePositionalOptions(), { output, errors });
  answerMistakes(bench);
  return bench;
}

/** Adds `status`, `collect` and `cancel` to `sweep`. */
export function addSweepFolderCommands(sweep: Command, { output, errors }: Streams): void {
  sweep
    .command('status')
    .description('Shows the status of a sweep: done, running, failed with reasons, time left.')
    .argument('<folder>')
    .action((path: string) =>
      guarded(errors, async () => {
        const folder = new SweepFolder(path);
        output.write(`${statusText(path, await stateOf(folder, engineFor(folder.sweep())))}\n`);
        return 0;
      }),
    );
  sweep
    .command('collect')
    .description('Collects the records of a sweep, or of several stores, in one file; reports conflicts.')
    .argument('<folder>', 'a sweep')
    .argument('[more...]', 'further stores, folders of records or .jsonl files')
    .option('--out <file>', 'output file; by default collected.jsonl in the sweep’s folder')
    .action((path: string, more: readonly string[], options: { readonly out?: string }) =>
      guarded(errors, async () => collectAction(path, more, options.out, { output, errors })),
    );
  sweep
    .command('cancel')
    .description('Cancels the jobs of a sweep. Finished cells are kept.')
    .argument('<folder>')
    .action((path: string) => guarded(errors, () => cancelAction(path, output)));
}

function collectAction(
  path: string,
  more: readonly string[],
  to: string | undefined,
  { output, errors }: Streams,
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
