import { type Command, Option } from 'commander';
import { type Isolation, type Status, statuses } from '../cell/config.ts';
import type { Selection } from '../cell/selection.ts';
import { parseShard, type Shard } from '../cell/shard.ts';
import type { Suite } from '../cell/suite.ts';
import { defaultJobs } from '../run/schedule.ts';
import { defaultFolder, profilesOf } from './definition.ts';
import { parseChoice, parseCount, parseNames, parseNumbers, parseSeeds } from './values.ts';

/** The options that choose cells, as they come from the command line: text, not yet looked at. */
export interface SelectionOptions {
  readonly suite?: string;
  readonly problem?: string;
  readonly method?: string;
  readonly pass?: string;
  readonly horizon?: string;
  readonly dim?: string;
  readonly seeds?: string;
  readonly cell?: string;
  readonly profile: string;
}

/** The options of `bench`. */
export interface RunOptions extends SelectionOptions {
  readonly adapter?: string;
  readonly out: string;
  readonly resume: boolean;
  readonly retry?: string;
  readonly shard?: string;
  readonly isolation?: Isolation;
  readonly jobs?: string;
  readonly dryRun?: boolean;
  readonly site: boolean;
  /** Whether kernels are measured first; undefined leaves it to the adapter. */
  readonly tune?: boolean;
  /** True without a value: trials are where records are kept. */
  readonly tuned?: string | true;
}

/** Adds the options that choose cells, each with its help. */
export function addSelectionOptions(command: Command, suites: readonly Suite[]): Command {
  const passes = [...new Set(suites.flatMap((suite) => suite.passes))].join(', ');
  const profiles = profilesOf(suites);
  return command
    .option(
      '--suite <names>',
      `only these suites, separated by commas: ${suites.map((suite) => suite.name).join(', ')}`,
    )
    .option('--problem <names>', 'only these problems ("list problems" prints them)')
    .option(
      '--method <names>',
      'only these methods, by name or id ("list methods"); they run wherever they can',
    )
    .option('--pass <names>', `only these passes: ${passes}`)
    .option('--horizon <numbers>', "these horizons T instead of the profile's: 1,1e3")
    .option('--dim <numbers>', 'these numbers p of hyperparameters: 10,1000')
    .option(
      '--seeds <seeds>',
      'a count (5: seeds 0 to 4), a list (0,3,7) or a range (4..9; 7..7 is seed 7 alone)',
    )
    .option('--cell <ids>', 'only cells whose ids start with these')
    .option('--profile <name>', `amount of work: ${profiles.join(', ')}`, profiles[0] ?? 'quick');
}

/** Adds the options of `bench`, each with its help. */
export function addRunOptions(command: Command, suites: readonly Suite[], folder = defaultFolder): Command {
  return addTuneOptions(command, suites, folder)
    .option('--tuned [paths]', 'only tuned cells, by the trials in --out or here')
    .option('--no-site', 'do not build the page after the run');
}

/** Adds the options of `bench tune`: which cells, and how they run. */
export function addTuneOptions(command: Command, suites: readonly Suite[], folder = defaultFolder): Command {
  return addResumeOptions(
    addSelectionOptions(command, suites).option(
      '--adapter <name>',
      'the device; by default the best available',
    ),
    folder,
  )
    .option('--shard <i/n>', 'part i of n, to split a run over machines or jobs')
    .addOption(
      new Option('--isolation <where>', 'where cells run, overriding the suites').choices([
        'in-process',
        'worker',
        'process',
      ]),
    )
    .option(
      '--jobs <count>',
      `cells at a time where allowed (quick: not time); default ${defaultJobs()}; 1 keeps seconds clean`,
    )
    .option('--tune', 'first measure kernels; by default only on a GPU without a table')
    .option('--no-tune', 'never measure kernels first')
    .option('--dry-run', 'list the cells; run nothing');
}

/** Adds the options on what is kept and what is run again. */
export function addResumeOptions(command: Command, folder: string): Command {
  return command
    .option('--out <folder>', 'folder of records and page', folder)
    .option('--resume', 'keep results in the folder', true)
    .option('--no-resume', 'measure every cell again; keep earlier records')
    .option(
      '--retry <statuses>',
      `run cells with these statuses again: ${statuses.filter((status) => status !== 'ok').join(', ')}`,
    );
}

/** What the options select. @throws UsageError for a value that cannot be read */
export function selectionOf(options: SelectionOptions): Selection {
  const list = <Value>(
    option: string,
    text: string | undefined,
    parse: (option: string, text: string) => Value,
  ): Value | undefined => (text === undefined ? undefined : parse(option, text));
  const chosen = {
    suites: list('--suite', options.suite, parseNames),
    problems: list('--problem', options.problem, parseNames),
    methods: list('--method', options.method, parseNames),
    passes: list('--pass', options.pass, parseNames),
    horizons: list('--horizon', options.horizon, parseNumbers),
    dimensions: list('--dim', options.dim, parseNumbers),
    seeds: list('--seeds', options.seeds, parseSeeds),
    cells: list('--cell', options.cell, parseNames),
  };
  const given = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
  return { profile: options.profile, ...given };
}

/** The shard that the options name, if they do. */
export function shardOf(options: RunOptions): Shard | undefined {
  return options.shard === undefined ? undefined : parseShard(options.shard);
}

/** How many cells may run at once, if the options say. @throws UsageError for what is no whole number from 1 */
export function jobsOf({ jobs }: RunOptions): number | undefined {
  return jobs === undefined ? undefined : parseCount('--jobs', jobs);
}

/** The statuses to be run again. */
export function retryOf(options: RunOptions): readonly Status[] {
  return options.retry === undefined ? [] : parseChoice('--retry', options.retry, statuses);
}
