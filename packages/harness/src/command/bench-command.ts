import { join } from 'node:path';
import { Command } from 'commander';
import { answerMistakes, commandLineName, complaint, exitCodeOf } from '../command-line.ts';
import { plural, UsageError } from '../errors.ts';
import { compareRecords, showComparison } from '../export/compare.ts';
import { showLegend, showRecords } from '../export/show.ts';
import { formats, gather } from '../export/write.ts';
import { unknownName } from '../nearest.ts';
import { printing } from '../printable.ts';
import type { CellRecord } from '../record/record.ts';
import { buildSite } from '../report/build.ts';
import type { ChildCommand } from '../run/child-process.ts';
import { serveCells } from '../run/serve.ts';
import { type BenchDefinition, defaultFolder, type Example, type Output } from './definition.ts';
import { lists, listText } from './list.ts';
import { outputFolderFor } from './output-folder.ts';
import { RecordFiles } from './record-files.ts';
import { runAction } from './run-action.ts';
import { addRunOptions, type RunOptions } from './run-options.ts';
import { parseChoice, parseNames, parseNumbers } from './values.ts';

/**
 * The command line of a benchmark: `bench` runs it; `bench gather`, `show`, `compare` and `site` look at what
 * it left. Bad input is answered with a sentence and exit code 2, an interrupted run with 130, and a run in
 * which a cell failed unexpectedly with 1.
 *
 * @returns a command of commander's, to be parsed as it is or added to another
 */
export function benchCommand(definition: BenchDefinition): Command {
  const terminal: Output = definition.output ?? process.stdout;
  const output = printing(terminal);
  const folder = definition.outputFolder ?? defaultFolder;
  const bench = new Command(definition.commandName ?? 'bench');
  const errors: ErrorOutput = {
    ...printing(definition.errors ?? process.stderr),
    program: commandLineName(bench),
  };

  bench
    .description('Runs the benchmark. What has a result already is not run again.')
    .enablePositionalOptions()
    .allowExcessArguments();
  addRunOptions(bench, definition.suites, folder).action((options: RunOptions) =>
    guarded(errors, () => {
      const subcommands = bench.createHelp().visibleCommands(bench);
      const names = subcommands.map((one) => one.name());
      if (bench.args.length > 0)
        throw new UsageError(
          unknownName('subcommand', bench.args.slice(0, 1), names, `${bench.name()} --help`),
        );
      return runAction(definition, options, ownChildCommand(bench), output, terminal);
    }),
  );
  const { examples = [] } = definition;
  if (examples.length > 0) bench.addHelpText('after', examplesText(bench.name(), examples));

  bench.addCommand(listCommand(definition, output, errors));
  bench.addCommand(gatherCommand(folder, output, errors));
  bench.addCommand(showCommand(definition, folder, output, errors));
  bench.addCommand(compareCommand(output, errors));
  bench.addCommand(siteCommand(definition, folder, output, errors));
  bench.addCommand(serveCommand(definition), { hidden: true });
  for (const each of [bench, ...bench.commands])
    each.configureOutput({
      writeOut: (text) => void output.write(text),
      writeErr: (text) => void errors.write(text),
    });
  answerMistakes(bench);
  return bench;
}

function examplesText(name: string, examples: readonly Example[]): string {
  const lines = examples.map(({ words, says }) => `  ${`${name} ${words}`.trimEnd()}\n      ${says}`);
  return `\nExamples:\n${lines.join('\n')}`;
}

function listCommand(definition: BenchDefinition, output: Output, errors: ErrorOutput): Command {
  return new Command('list')
    .description(`Prints what there is to run: ${lists.join(', ')}.`)
    .argument('[list]', lists.join(', '), lists[0])
    .option('--suite <names>', 'only these suites')
    .option('--profile <name>', 'only this profile, and the rules that leave methods out of it')
    .action((list: string, { suite, profile }: { readonly suite?: string; readonly profile?: string }) =>
      guarded(errors, async () => {
        const suites = suite === undefined ? undefined : parseNames('--suite', suite);
        const filter = { ...(suites && { suites }), ...(profile !== undefined && { profile }) };
        output.write(`${listText(definition.suites, list, filter)}\n`);
        return 0;
      }),
    );
}

function gatherCommand(folder: string, output: Output, errors: ErrorOutput): Command {
  return new Command('gather')
    .description('Writes records as tables: CSV, Parquet, and one file with a record a line.')
    .argument('[paths...]', 'folders of records or .jsonl files', [folder])
    .option('--out <folder>', 'where tables go; "tables" in or beside what is read when left out')
    .option('--format <names>', `which of ${formats.join(', ')}`, formats.join(','))
    .action((paths: readonly string[], options: { readonly out?: string; readonly format: string }) =>
      guarded(errors, async () => {
        const wanted = parseChoice('--format', options.format, formats);
        const out = outputFolderFor(paths, 'tables', options.out);
        const { records, files } = await gather(new RecordFiles(paths, errors), out, wanted);
        output.write(`${plural(records, 'record')} in ${files.map((file) => join(out, file)).join(', ')}\n`);
        return 0;
      }),
    );
}

interface FilterOptions {
  readonly suite?: string;
  readonly problem?: string;
  readonly method?: string;
  readonly horizon?: string;
  readonly dim?: string;
}

function showCommand(
  definition: BenchDefinition,
  folder: string,
  output: Output,
  errors: ErrorOutput,
): Command {
  const show = new Command('show')
    .description('Prints the leaderboard as text.')
    .argument('[paths...]', 'folders of records or .jsonl files', [folder]);
  return addFilterOptions(show).action((paths: readonly string[], options: FilterOptions) =>
    guarded(errors, async () => {
      const records = new RecordFiles(paths, errors);
      const text = showRecords(chosenRecords(records, options), definition.suites);
      if (text === '') throw new UsageError(nothingChosen(records));
      output.write(`${text}\n\n${showLegend}\n`);
      return 0;
    }),
  );
}

/** Options of commands that look at some of the records. */
function addFilterOptions(command: Command): Command {
  return command
    .option('--suite <names>', 'only these suites')
    .option('--problem <names>', 'only these problems')
    .option('--method <names>', 'only these methods')
    .option('--horizon <numbers>', 'only these horizons T')
    .option('--dim <numbers>', 'only these numbers of hyperparameters p');
}

function filterRecords(records: Iterable<CellRecord>, options: FilterOptions): readonly CellRecord[] {
  return [...chosenRecords(records, options)];
}

/** The records that have what is asked for, as they come. @throws UsageError for an option that cannot be read */
function* chosenRecords(records: Iterable<CellRecord>, options: FilterOptions): Generator<CellRecord> {
  const [suites, problems, methods] = (['suite', 'problem', 'method'] as const).map((name) =>
    options[name] === undefined ? undefined : parseNames(`--${name}`, options[name]),
  );
  const horizons = options.horizon === undefined ? undefined : parseNumbers('--horizon', options.horizon);
  const dimensions = options.dim === undefined ? undefined : parseNumbers('--dim', options.dim);
  for (const record of records) {
    const { config } = record;
    const isChosen =
      (suites?.includes(config.suite) ?? true) &&
      (problems?.includes(config.problem) ?? true) &&
      (methods?.includes(config.method) ?? true) &&
      (horizons?.includes(config.horizon) ?? true) &&
      (dimensions?.includes(config.dimension) ?? true);
    if (isChosen) yield record;
  }
}

/** Why nothing is shown: reads the records once more for what there is. */
function nothingChosen(records: Iterable<CellRecord>): string {
  const axes = ['suite', 'problem', 'method', 'horizon', 'dimension'] as const;
  const found = axes.map(() => new Set<string | number>());
  for (const { config } of records)
    for (const [index, axis] of axes.entries()) found[index]?.add(config[axis]);
  const [suites = '', problems = '', methods = '', horizons = '', dimensions = ''] = found.map((values) =>
    [...values].sort((a, b) => (a < b ? -1 : 1)).join(', '),
  );
  if (suites === '') return 'There are no records yet. Run the benchmark first.';
  return (
    'No record matches. There are ' +
    `suites ${suites}; problems ${problems}; methods ${methods}; T ${horizons}; p ${dimensions}.`
  );
}

type NamedRecords = readonly [path: string, records: readonly CellRecord[]];

/** Why two sets of records have no cell in common. */
function nothingToCompare(a: NamedRecords, b: NamedRecords, options: FilterOptions): string {
  for (const [path, records] of [a, b]) {
    if (records.length === 0) return `Nothing to compare: there are no records in ${path}.`;
    if (filterRecords(records, options).length === 0)
      return `Nothing to compare: no record in ${path} matches.`;
  }
  const [before, after] = [a, b].map(([, records]) => filterRecords(records, options));
  const common = (['suite', 'problem', 'method', 'profile'] as const).filter((name) => {
    const names = new Set(before?.map(({ config }) => config[name]));
    return after?.some(({ config }) => names.has(config[name])) === true;
  });
  const without = (['suite', 'problem', 'method', 'profile'] as const).filter(
    (name) => !common.includes(name),
  );
  const why =
    without.length === 0
      ? 'T, p, seeds, passes or parameters differ everywhere'
      : `they have no ${without.join(', no ')} in common`;
  return `Nothing to compare: no cell is in both ${a[0]} and ${b[0]}; ${why}.`;
}

function compareCommand(output: Output, errors: ErrorOutput): Command {
  const compare = new Command('compare')
    .description('Compares two sets of records cell by cell: exact results, and times as ratios.')
    .argument('<a>', 'a folder of records or a .jsonl file')
    .argument('<b>', 'another')
    .option('--limit <number>', 'how many cells to list', '40');
  return addFilterOptions(compare).action(
    (a: string, b: string, options: FilterOptions & { readonly limit: string }) =>
      guarded(errors, async () => {
        const [limit = 40] = parseNumbers('--limit', options.limit);
        const [before = [], after = []] = [a, b].map((path) => [...new RecordFiles([path], errors)]);
        const comparison = compareRecords(filterRecords(before, options), filterRecords(after, options));
        if (comparison.cells.length === 0)
          throw new UsageError(nothingToCompare([a, before], [b, after], options));
        output.write(`A: ${a}\nB: ${b}\n${showComparison(comparison, limit)}\n`);
        return 0;
      }),
  );
}

function siteCommand(
  definition: BenchDefinition,
  folder: string,
  output: Output,
  errors: ErrorOutput,
): Command {
  return new Command('site')
    .description('Builds the page: one folder that opens from disk.')
    .argument('[paths...]', 'folders of records or .jsonl files', [folder])
    .option('--out <folder>', 'where the page goes; "site" in or beside what is read when left out')
    .action((paths: readonly string[], options: { readonly out?: string }) =>
      guarded(errors, async () => {
        const out = outputFolderFor(paths, 'site', options.out);
        const page = await buildSite(
          new RecordFiles(paths, errors),
          { ...definition.site, suites: definition.suites },
          out,
        );
        output.write(`The page is ${page}.\n`);
        return 0;
      }),
    );
}

function serveCommand(definition: BenchDefinition): Command {
  return new Command('serve')
    .description('Runs cells that come in on standard input; started by the benchmark itself.')
    .action(async () => {
      await serveCells(definition.runCell, { classifyError: definition.classifyError });
    });
}

/** This very program with `serve` instead of what it was asked. */
function ownChildCommand(bench: Command): ChildCommand {
  const names: string[] = [];
  for (let command = bench; command.parent !== null; command = command.parent) names.unshift(command.name());
  const script = process.argv[1] === undefined ? [] : [process.argv[1]];
  return { command: process.execPath, arguments: [...process.execArgv, ...script, ...names, 'serve'] };
}

/** Where errors go, and the name of the program that says them. */
type ErrorOutput = Output & { readonly program: string };

/** Runs an action and ends with its exit code, or with the error's. */
async function guarded(errors: ErrorOutput, action: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await action();
  } catch (error) {
    errors.write(complaint(errors.program, error));
    process.exitCode = exitCodeOf(error);
  }
}
