/** @file What the commands that choose among kernels have in common: problems named on the command line, and a device with its tables. */

import { UsageError } from '@longhorizon/harness';
import { NoAdapterError, openDevice } from '@longhorizon/tensor';
import type { Command } from 'commander';
import { kernelTables } from '../../../measurements/kernel-tables/tables.ts';
import { type Family, type KernelProblem, notations, parseProblems } from './problems.ts';
import { tunableRows } from './rows.ts';

/** Help for an argument of shapes. */
const notationHelp = Object.entries(notations)
  .map(([name, text]) => `${name}: ${text}`)
  .join('; ');

/** Gives a command the problems that it is about, and the adapter. */
export function addProblems(command: Command): Command {
  return command
    .argument('[family]', `${Object.keys(notations).join(', ')}; by default all rows of the kernel benchmark`)
    .argument('[shapes...]', notationHelp)
    .option(
      '--row <parts>',
      'rows of the kernel benchmark whose names contain one of these, separated by commas',
    )
    .option('--adapter <name>', "'hardware', 'software' or part of a name; the best there is when left out");
}

/** The device that was asked for, with the tables that the compiler asks. @throws UsageError where there is none */
export async function openTabled(adapter: string | undefined) {
  try {
    return await openDevice({
      warmPipelines: false,
      choices: (found) => kernelTables(found).choices,
      ...(adapter === undefined ? {} : { adapter }),
    });
  } catch (error) {
    if (error instanceof NoAdapterError) throw new UsageError(error.message);
    throw error;
  }
}

/** @throws UsageError for a family, a shape or a row that does not exist */
export function chosenProblems(
  family: string | undefined,
  shapes: readonly string[],
  rows: string | undefined,
): readonly { readonly name: string; readonly problem: KernelProblem }[] {
  if (family !== undefined && !(family in notations))
    throw new UsageError(
      `'${family}' is no family of kernels. There are ${Object.keys(notations).join(', ')}.`,
    );
  if (shapes.length > 0)
    return parseProblems(family as Family, shapes).map((problem) => ({ name: problem.title, problem }));
  const all = tunableRows().filter(({ problem }) => family === undefined || problem.family === family);
  const parts = rows?.split(',').map((part) => part.trim());
  const unknown = parts?.find((part) => !all.some(({ name }) => name.includes(part)));
  if (unknown !== undefined)
    throw new UsageError(
      `No row that can be tuned is called '${unknown}'. The rows are ${all.map(({ name }) => name).join(', ')}.`,
    );
  return parts === undefined ? all : all.filter(({ name }) => parts.some((part) => name.includes(part)));
}
