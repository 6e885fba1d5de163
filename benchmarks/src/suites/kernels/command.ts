/** @file Runs the kernel benchmark: prints the table as it grows, stores a record for every row and library. */
import { join, resolve } from 'node:path';
import { closing, hashSources, runBench, UsageError } from '@longhorizon/harness';
import { printable } from '@longhorizon/harness/command-line';
import { type Command, Option } from 'commander';
import { variablesOfCell } from '../../measurements/driver.ts';
import { root } from '../../root.ts';
import { packages } from '../../versions.ts';
import { targetsOf } from './compare.ts';
import { kernelSuite, suiteName } from './declaration.ts';
import { kernels } from './index.ts';
import { untilInterrupted } from './interrupt.ts';
import { type LibraryName, libraryNames } from './peers/library.ts';
import { type Profile, profiles, rowsOf } from './rows.ts';
import { openSession } from './session.ts';
import { kernelSources } from './sources.ts';
import { dispatchTable, headerLine, horizonTable, reasonLines, rowLine, targetTable } from './table.ts';
import { compareCommand } from './tuning/compare-command.ts';
import { exportCommand, replayCommand } from './tuning/data-commands.ts';
import { explainCommand } from './tuning/explain-command.ts';
import { tuneCommand } from './tuning/tune-command.ts';
import { addWorkbench } from './workbench/commands.ts';

export interface KernelRun {
  readonly profile: Profile;
  /** Only rows whose names contain one of these. */
  readonly rows?: readonly string[];
  readonly libraries?: readonly LibraryName[];
  readonly robustness: boolean;
  /** Where records go. */
  readonly folder: string;
  readonly signal?: AbortSignal;
  readonly print: (text: string) => void;
}

interface Options {
  readonly profile: Profile;
  readonly row?: readonly string[];
  readonly library?: readonly LibraryName[];
  readonly robustness: boolean;
  readonly out: string;
}

const list = (text: string): readonly string[] => text.split(',').map((part) => part.trim());

function parseLibraries(text: string): readonly LibraryName[] {
  const names = list(text);
  const unknown = names.find((name) => !libraryNames.some((known) => known === name));
  if (unknown !== undefined)
    throw new UsageError(`There is no library '${unknown}'. The libraries are ${libraryNames.join(', ')}.`);
  return names as LibraryName[];
}

/** `longhorizon kernels`: gives the subcommand its options and action. */
export function kernelsCommand(command: Command): void {
  // Options of a subcommand are its own, also where they have the name of one of these.
  command.enablePositionalOptions();
  tuneCommand(command.command('tune'));
  explainCommand(command.command('explain'));
  compareCommand(command.command('compare'));
  exportCommand(command.command('export'));
  replayCommand(command.command('replay'));
  addWorkbench(command);
  command
    .addOption(new Option('--profile <name>', 'how much').choices(profiles).default('quick'))
    .option('--row <parts>', 'only rows whose names contain one of these, separated by commas', list)
    .option('--library <names>', 'only these libraries, separated by commas', parseLibraries)
    .option('--no-robustness', "without Dawn's bounds checks, for every library")
    .option('--out <folder>', 'where records go', 'results')
    .action(async ({ profile, row, library, robustness, out }: Options) => {
      using interrupt = untilInterrupted();
      const allRight = await runKernels({
        profile,
        robustness,
        folder: resolve(out),
        signal: interrupt.signal,
        print: (text) => console.log(printable(text)),
        ...(row === undefined ? {} : { rows: row }),
        ...(library === undefined ? {} : { libraries: library }),
      });
      process.exitCode = interrupt.signal.aborted ? 130 : allRight ? 0 : 1;
    });
}

/**
 * @returns whether every row of this library came out right
 * @throws UsageError for rows or libraries that do not exist
 */
async function runKernels(run: KernelRun): Promise<boolean> {
  const problems = chosenRows(run);
  const started = performance.now();
  await using session = closing(
    await openSession({
      profile: run.profile,
      libraries: run.libraries,
      robustness: run.robustness,
      onRow: (result) => run.print(rowLine(result)),
    }),
  );
  const { adapter } = session;
  run.print(
    `adapter  ${adapter.device} (${adapter.description}; ${adapter.backend}${adapter.kind === 'software' ? '; a software adapter' : ''})`,
  );
  run.print(
    `toggles  ${adapter.toggles.length === 0 ? "Dawn's defaults" : adapter.toggles.join(' ')}, for every library`,
  );
  run.print(
    'times    median milliseconds a call ± half the interquartile range, queue done; libraries take turns\n',
  );
  run.print(headerLine());
  await runBench({
    suites: [kernelSuite],
    selection: {
      profile: run.profile,
      suites: [suiteName],
      problems,
      methods: [...(run.libraries ?? libraryNames)],
    },
    runCell: session.runCell,
    outputFolder: run.folder,
    adapter,
    codeHash: hashSources(
      kernelSources.map((folder) => join(root, folder)),
      root,
    ),
    variablesOf: (config, where) => variablesOfCell(kernels, config, where),
    repositoryFolder: root,
    packages,
    // A measurement is never answered by an old one.
    resume: false,
    ...(run.signal === undefined ? {} : { signal: run.signal }),
  });
  report(session.results, run.print);
  run.print(`\n${((performance.now() - started) / 1000).toFixed(0)} s; records in ${run.folder}`);
  return session.results.every(({ arms }) =>
    arms.every(({ library, status }) => library !== 'longhorizon' || status === 'ok'),
  );
}

function report(results: Parameters<typeof targetsOf>[0], print: (text: string) => void): void {
  const has = (group: string): boolean => results.some(({ row }) => row.group === group);
  if (has('training')) print(`\n${dispatchTable(results)}`);
  if (has('horizon')) print(`\n${horizonTable(results)}`);
  const reasons = reasonLines(results);
  if (reasons.length > 0) print(`\nwithout a time:\n${reasons.map((reason) => `  ${reason}`).join('\n')}`);
  const targets = targetsOf(results);
  if (targets.length > 0) print(`\n${targetTable(targets)}`);
}

function chosenRows({ profile, rows }: KernelRun): readonly string[] {
  const names = rowsOf(profile).map((row) => row.name);
  if (rows === undefined) return names;
  const unknown = rows.find((part) => !names.some((name) => name.includes(part)));
  if (unknown !== undefined)
    throw new UsageError(
      `No row of the profile ${profile} is called '${unknown}'. The rows are ${names.join(', ')}.`,
    );
  return names.filter((name) => rows.some((part) => name.includes(part)));
}
