/** @file `longhorizon data list | fetch | verify | show`. */
import { type Command, InvalidArgumentError } from 'commander';
import { DatasetError } from '../errors.ts';
import { fetchDatasets } from './fetch.ts';
import { listDatasets } from './list.ts';
import { showDatasets } from './show.ts';
import { verifyDatasets } from './verify.ts';

/** Adds the command `data` and its subcommands to a program. */
export function registerDataCommands(program: Command): void {
  command(program.command('data').description('data sets: list, fetch, verify, show'));
}

/** Gives the command `data` its subcommands. */
export function command(data: Command): void {
  // Without a subcommand, help is what was asked for: no error.
  data.allowExcessArguments().action(() => {
    const [word] = data.args;
    if (word === undefined) return data.outputHelp();
    const names = data.commands.map((one) => one.name()).join(', ');
    data.error(`error: there is no subcommand 'data ${word}': there are ${names}.`, { exitCode: 2 });
  });
  const write = (text: string): void => data.configureOutput().writeOut?.(`${text}\n`);

  data
    .command('list')
    .description('all data sets, with shape, classes, licence and whether they are present')
    .option('--json', 'one JSON object a data set instead of a table')
    .action(politely(data, (options: { json?: boolean }) => write(listDatasets(options))));

  data
    .command('fetch')
    .argument('<names...>', "names of data sets, or 'all' for all that can be downloaded")
    .description('downloads into the cache folder; resumes; verifies every file')
    .action(politely(data, (names: string[]) => fetchDatasets(names, write)));

  data
    .command('verify')
    .argument('[names...]', 'names of data sets; all that are here by default')
    .description('checks the files against their checksums and counts the images of every class')
    .action(
      politely(data, (names: string[]) => {
        const { report, faults } = verifyDatasets(names);
        write(report);
        if (faults > 0) throw new DatasetError(`${faults} of the data sets above are not as they should be.`);
      }),
    );

  data
    .command('show')
    .argument('<names...>', 'names of data sets; several are put one below the other')
    .description('writes a contact sheet (examples of some classes, with names) as PNG')
    .option('-o, --out <file>', 'where to write it; the first name with .png by default')
    .option('--classes <number>', 'rows, at most', positive, 12)
    .option('--per-class <number>', 'columns', positive, 10)
    .option('--zoom <number>', 'size of a pixel', positive)
    .option('--seed <number>', 'chooses the examples, and the content of generated sets', whole, 0)
    .action(
      politely(data, (names: string[], options: Parameters<typeof showDatasets>[1]) => {
        for (const line of showDatasets(names, options)) write(line);
      }),
    );
}

/** Turns a DatasetError into its sentence and exit code; anything else is a fault of ours and keeps its trace. */
function politely<Args extends unknown[]>(command: Command, action: (...args: Args) => void | Promise<void>) {
  return async (...args: Args): Promise<void> => {
    try {
      await action(...args);
    } catch (error) {
      if (error instanceof DatasetError)
        command.error(`error: ${error.message}`, { exitCode: error.exitCode });
      throw error;
    }
  };
}

function positive(text: string): number {
  const number = whole(text);
  if (number < 1) throw new InvalidArgumentError('It should be at least 1.');
  return number;
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It should be a whole number.');
  return Number(text);
}
