import { join } from 'node:path';
import { Command } from 'commander';
import { answerMistakes, commandLineName } from '../command-line.ts';
import { plural, UsageError } from '../errors.ts';
import { compareRecords, showComparison } from '../export/compare.ts';
import { boardRows } from '../export/row-columns.ts';
import { showLegend, shownRows, showRows } from '../export/show.ts';
import { type Format, formats, gather, usualFormats } from '../export/write.ts';
import { unknownName } from '../nearest.ts';
import { printing } from '../printable.ts';
import type { CellRecord } from '../record/record.ts';
import { serveCells } from '../run/serve.ts';
import { browserCommand } from './browser-command.ts';
import { type BenchDefinition, defaultFolder, type Example } from './definition.ts';
import { addEnvironmentOptions } from './environment-options.ts';
import { type ErrorOutput, guarded } from './guarded.ts';
import { lists, listText } from './list.ts';
import { outputFolderFor } from './output-folder.ts';
import { ownChildCommand, ownWords } from './own-words.ts';
import { RecordFiles } from './record-files.ts';
import { runAction } from './run-action.ts';
import { addRunOptions, addTuneOptions, type RunOptions } from './run-options.ts';
import { siteCommand } from './site-command.ts';
import { submitCommand } from './submit-command.ts';
import type { Surroundings } from './surroundings.ts';
import { sweepCommand } from './sweep-command.ts';
import { trackCommand } from './track-command.ts';
import { tuneAction } from './tune-action.ts';
import { parseChoice, parseNames, parseNumbers } from './values.ts';

/**
 * The command line of a benchmark: `bench` runs it; `bench gather`, `show`, `compare` and `site` look at what
 * it left. Bad input is answered with a sentence and exit code 2, an interrupted run with 130, and a run in
 * which a cell failed unexpectedly with 1.
 *
 * @returns a command of commander's, to be parsed as it is or added to another
 */
export function benchCommand(definition: BenchDefinition): Command {
  const bench = new Command(definition.commandName ?? 'bench');
  const terminal = definition.output ?? process.stdout;
  const around: Surroundings = {
    definition,
    folder: definition.outputFolder ?? defaultFolder,
    terminal,
    output: printing(terminal),
    errors: { ...printing(definition.errors ?? process.stderr), program: commandLineName(bench) },
    start: () => definition.taskCommand ?? [process.execPath, ...ownWords(bench)],
  };
  const { errors, output } = around;

  bench
    .description('Runs the benchmark. Cells that have a result are not run again.')
    .enablePositionalOptions()
    .allowExcessArguments();
  addRunOptions(bench, definition.suites, around.folder);
  addEnvironmentOptions(bench, definition.environmentOptions);
  bench.action((options: RunOptions) =>
    guarded(errors, () => {
      const subcommands = bench.createHelp().visibleCommands(bench);
      const names = subcommands.map((one) => one.name());
      if (bench.args.length > 0)
        throw new UsageError(
          unknownName('subcommand', bench.args.slice(0, 1), names, `${bench.name()} --help`),
        );
      return runAction(definition, options, { childCommand: ownChildCommand(bench), output, terminal });
    }),
  );
  const { examples = [] } = definition;
  if (examples.length > 0) bench.addHelpText('after', examplesText(bench.name(), examples));

  const sweep = sweepCommand(around);
  const track = definition.track && trackCommand(definition, definition.track, around);
  for (const one of [
    tuneCommand(around, bench),
    ...(definition.browser === undefined ? [] : [browserCommand(around, definition.browser)]),
    ...[listCommand, gatherCommand, showCommand, compareCommand, siteCommand, submitCommand].map((make) =>
      make(around),
    ),
    sweep,
    ...(track === undefined ? [] : [track]),
  ])
    bench.addCommand(one);
  bench.addCommand(serveCommand(definition), { hidden: true });
  for (const each of [bench, ...bench.commands, ...sweep.commands, ...(track?.commands ?? [])])
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

function tuneCommand(
  { definition, folder, output, terminal, errors }: Surroundings,
  bench: Command,
): Command {
  const tune = new Command('tune').description('Chooses rates and method parameters by trials.');
  addTuneOptions(tune, definition.suites, folder);
  return addEnvironmentOptions(tune, definition.environmentOptions).action((options: RunOptions) =>
    guarded(errors, () =>
      tuneAction(definition, options, { childCommand: ownChildCommand(bench), output, terminal }),
    ),
  );
}

function listCommand({ definition, output, errors }: Surroundings): Command {
  return new Command('list')
    .description('Lists suites, problems, methods and profiles.')
    .argument('[list]', lists.join(', '), lists[0])
    .option('--suite <names>', 'only these suites')
    .option('--profile <name>', 'only this profile, with the rules that exclude methods')
    .action((list: string, { suite, profile }: { readonly suite?: string; readonly profile?: string }) =>
      guarded(errors, async () => {
        const suites = suite === undefined ? undefined : parseNames('--suite', suite);
        const filter = { ...(suites && { suites }), ...(profile !== undefined && { profile }) };
        output.write(`${listText(definition.suites, list, filter)}\n`);
        return 0;
      }),
    );
}

function gatherCommand({ definition, folder, output, errors }: Surroundings): Command {
  return new Command('gather')
    .description('Writes records as tables: CSV, Parquet, and JSON Lines.')
    .argument('[paths...]', 'folders of records or .jsonl files', [folder])
    .option('--out <folder>', 'where tables are written; by default "tables" in or beside the input')
    .option('--format <names>', `which of ${formats.join(', ')}`, usualFormats.join(','))
    .option('--latex', 'also write boards.tex: booktabs tables with intervals and the best set')
    .action((paths: readonly string[], options: GatherOptions) =>
      guarded(errors, async () => {
        const chosen = parseChoice('--format', options.format, formats);
        const wanted: readonly Format[] =
          options.latex === true ? [...new Set([...chosen, 'latex' as const])] : chosen;
        const out = outputFolderFor(paths, 'tables', options.out);
        const { records, files } = await gather(
          new RecordFiles(paths, errors),
          out,
          wanted,
          definition.suites,
        );
        output.write(`${plural(records, 'record')} in ${files.map((file) => join(out, file)).join(', ')}\n`);
        return 0;
      }),
    );
}

interface GatherOptions {
  readonly out?: string;
  readonly format: string;
  readonly latex?: true;
}

interface FilterOptions {
  readonly suite?: string;
  readonly problem?: string;
  readonly method?: string;
  readonly horizon?: string;
  readonly dim?: string;
  readonly pass?: string;
  readonly profile?: string;
}

function showCommand({ definition, folder, output, errors }: Surroundings): Command {
  const show = new Command('show')
    .description('Prints the leaderboard as text.')
    .argument('[paths...]', 'folders of records or .jsonl files', [folder])
    .option('--json', 'the table "rows" of gather as JSON, one row per method and point');
  return addFilterOptions(show).action(
    (paths: readonly string[], options: FilterOptions & { readonly json?: true }) =>
      guarded(errors, async () => {
        const records = new RecordFiles(paths, errors);
        const rows = shownRows(chosenRecords(records, options), definition.suites);
        if (rows.length === 0) throw new UsageError(nothingChosen(records));
        output.write(
          options.json === true
            ? `${JSON.stringify(boardRows(rows), null, 2)}\n`
            : `${showRows(rows)}\n\n${showLegend}\n`,
        );
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
    .option('--dim <numbers>', 'only these numbers of hyperparameters p')
    .option('--pass <names>', 'only these passes')
    .option('--profile <names>', 'only these profiles');
}

/** The records that have what is asked for, as they come. @throws UsageError for an option that cannot be read */
function* chosenRecords(records: Iterable<CellRecord>, options: FilterOptions): Generator<CellRecord> {
  const named = (['suite', 'problem', 'method', 'pass', 'profile'] as const).flatMap((name) =>
    options[name] === undefined ? [] : [{ name, wanted: parseNames(`--${name}`, options[name]) }],
  );
  const horizons = options.horizon === undefined ? undefined : parseNumbers('--horizon', options.horizon);
  const dimensions = options.dim === undefined ? undefined : parseNumbers('--dim', options.dim);
  for (const record of records) {
    const { config } = record;
    const isChosen =
      named.every(({ name, wanted }) => wanted.includes(config[name])) &&
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

/** Why two sets of records have no cell in common, and the exit code: 2 where there are no records at all. Reads both once more. */
function nothingToCompare(
  paths: readonly [string, string],
  options: FilterOptions,
  errors: ErrorOutput,
): { readonly sentence: string; readonly code: 1 | 2 } {
  const axes = ['suite', 'problem', 'method'] as const;
  const found = paths.map((path) => {
    const names = axes.map(() => new Set<string>());
    let [all, chosen] = [0, 0];
    for (const record of new RecordFiles([path], errors)) {
      all++;
      for (const { config } of chosenRecords([record], options)) {
        chosen++;
        for (const [index, axis] of axes.entries()) names[index]?.add(config[axis]);
      }
    }
    return { path, names, all, chosen };
  });
  for (const { path, all, chosen } of found) {
    if (all === 0) return { sentence: `Nothing was compared: there are no records in ${path}.`, code: 2 };
    if (chosen === 0) return { sentence: `Nothing was compared: no record in ${path} matches.`, code: 1 };
  }
  const [a, b] = found;
  const without = axes.filter(
    (_, index) => ![...(a?.names[index] ?? [])].some((name) => b?.names[index]?.has(name)),
  );
  const why =
    without.length === 0
      ? 'T, p, seeds, passes, parameters or measure versions differ everywhere'
      : `they have no ${without.join(', no ')} in common`;
  const sentence = `Nothing was compared: no cell is in both ${paths[0]} and ${paths[1]}; ${why}.`;
  return { sentence, code: 1 };
}

function compareCommand({ definition, output, errors }: Surroundings): Command {
  const compare = new Command('compare')
    .description('Compares two sets of records cell by cell.')
    .argument('<a>', 'a folder of records or a .jsonl file')
    .argument('<b>', 'another')
    .option('--limit <number>', 'number of cells to list', '40');
  return addFilterOptions(compare).action(
    (a: string, b: string, options: FilterOptions & { readonly limit: string }) =>
      guarded(errors, async () => {
        const [limit = 40] = parseNumbers('--limit', options.limit);
        const read = (path: string): Iterable<CellRecord> =>
          chosenRecords(new RecordFiles([path], errors), options);
        const comparison = compareRecords(read(a), read(b), definition.suites);
        if (comparison.cells.length === 0) {
          const { sentence, code } = nothingToCompare([a, b], options, errors);
          errors.write(`${errors.program}: ${sentence}\n`);
          return code;
        }
        output.write(`A: ${a}\nB: ${b}\n${showComparison(comparison, limit)}\n`);
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
