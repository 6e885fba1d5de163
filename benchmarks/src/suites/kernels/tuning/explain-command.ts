/** @file `longhorizon kernels explain`: which kernel computes each problem, which table said so, and why. */
import { closing, printable } from '@longhorizon/harness/command-line';
import { choicesUsed, makeProgram, targetOf } from '@longhorizon/tensor/compiler';
import type { Command } from 'commander';
import { shareDriverSettings } from '../../../measurements/driver.ts';
import { kernelTables, tableVariable } from '../../../measurements/kernel-tables/tables.ts';
import { addProblems, chosenProblems, openTabled } from './arguments.ts';

interface Options {
  readonly row?: string;
  readonly adapter?: string;
}

/** Gives `kernels explain` its arguments, options and action. */
export function explainCommand(command: Command): void {
  addProblems(command)
    .description(
      'show which kernel is chosen for some problems, by which table or the built-in model, and why',
    )
    .addHelpText(
      'after',
      `\n${tableVariable}=<file> asks that table alone, or takes the choices of a file of records; ${tableVariable}=model asks none.`,
    )
    .action(async (family: string | undefined, shapes: readonly string[], { row, adapter }: Options) => {
      const problems = chosenProblems(family, shapes, row);
      shareDriverSettings();
      await using device = closing(await openTabled(adapter));
      const print = (line: string): void => console.log(printable(line));
      const tables = kernelTables(device.adapter);
      print(`adapter  ${device.adapter.device} (${device.adapter.description})`);
      if (tables.files.length === 0) print('tables   none; the built-in model chooses');
      for (const file of tables.files) print(`table    ${file}`);
      for (const problem of tables.problems) print(`warning  ${problem}`);
      for (const { name, problem } of problems) {
        print(`\n${name}`);
        const program = makeProgram({ outputs: [problem.output] }, targetOf(device));
        if (program.kernels.length > 1)
          print(`  its sum is cut into parts: ${program.kernels.length} dispatches`);
        const choices = choicesUsed([program]);
        // Of kernels that the compiler writes itself only what a table says is a choice.
        if (choices.length === 0) print('  by rule: no table has this problem');
        for (const chosen of choices)
          print(`  ${chosen.key.padEnd(44)} ${chosen.variant}\n    by ${chosen.source}: ${chosen.why}`);
      }
    });
}
