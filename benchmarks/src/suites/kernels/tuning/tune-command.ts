/** @file `longhorizon kernels tune`: finds the fastest kernels of some problems and keeps them in a table that the compiler asks. */
import { closing, printable } from '@longhorizon/harness/command-line';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { shareDriverSettings } from '../../../measurements/driver.ts';
import { untilInterrupted } from '../interrupt.ts';
import { addProblems, chosenProblems, openTabled } from './arguments.ts';
import { type Clock, clocks } from './bench.ts';
import { problemsOfRecords } from './records.ts';
import { type Strategy, strategies } from './strategies.ts';
import { summaryOf, tuneProblems, userTable } from './tune.ts';

interface Options {
  readonly row?: string;
  readonly records?: string;
  readonly strategy: Strategy;
  readonly budget: number;
  readonly seconds: number;
  readonly seed: number;
  readonly clock: Clock;
  readonly bitStable: boolean;
  readonly compare: boolean;
  readonly table?: string;
  readonly keep: boolean;
  readonly space?: string;
  readonly adapter?: string;
}

const positive = (text: string): number => {
  const value = Number(text);
  if (!(Number.isInteger(value) && value >= 1)) throw new InvalidArgumentError('Give a whole number from 1.');
  return value;
};

/** Gives `kernels tune` its arguments, options and action. */
export function tuneCommand(command: Command): void {
  addProblems(command)
    .description(
      'find the fastest kernels for some problems, and store them in the table that the compiler consults',
    )
    .option('--records <file>', 'problems that the cells of these records ran and no table contains')
    .addOption(
      new Option(
        '--strategy <name>',
        'descent: one parameter after another; halving: all in turns, keeping half; exhaustive; random',
      )
        .choices(strategies)
        .default('descent'),
    )
    .option('--budget <count>', 'most kernels to try per problem', positive, 1000)
    .option('--seconds <count>', 'time limit per problem, by the clock', positive, 120)
    .option('--seed <number>', 'seed of the order in which kernels are tried', positive, 1)
    .addOption(
      new Option(
        '--clock <name>',
        'wall: until the queue is done; cpu: processor time, for a busy machine without a GPU',
      )
        .choices(clocks)
        .default('wall'),
    )
    .option(
      '--bit-stable',
      'only kernels with the summation order of the current choice: the same bits',
      false,
    )
    .option('--compare', "time each found kernel against the built-in model's, in turns", false)
    .option('--table <file>', "where choices are stored; by default the user's table for this adapter")
    .option('--no-keep', 'print the result without storing it')
    .option(
      '--space <folder>',
      'also write all kernels that were tried, one file per problem, for export and replay',
    )
    .action(async (family: string | undefined, shapes: readonly string[], options: Options) => {
      const problems =
        options.records === undefined
          ? chosenProblems(family, shapes, options.row)
          : problemsOfRecords(options.records);
      shareDriverSettings();
      await using device = closing(await openTabled(options.adapter));
      const print = (line: string): void => console.log(printable(line));
      using interrupt = untilInterrupted();
      const table = options.keep ? (options.table ?? userTable(device)) : undefined;
      print(`adapter  ${device.adapter.device} (${device.adapter.description})`);
      print(`table    ${table ?? 'none; nothing is kept'}\n`);
      const tuned = await tuneProblems(device, problems, {
        ...options,
        table,
        print,
        signal: interrupt.signal,
      });
      const summary = summaryOf(tuned);
      if (summary !== undefined) print(`\n${summary}`);
      const empty = tuned.some(({ result }) => result.winners.length === 0);
      process.exitCode = interrupt.signal.aborted ? 130 : empty ? 1 : 0;
    });
}
