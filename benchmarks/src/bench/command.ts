/** @file The benchmark as a subcommand of `longhorizon`, and as a program of its own. */
import { benchCommand } from '@longhorizon/harness';
import type { Command } from 'commander';
import { closeDevices } from '../measurements/device.ts';
import { suites } from '../suites/index.ts';
import { benchDefinition } from './definition.ts';

/** Runs the benchmark's command line with the words after `bench`. */
export async function bench(words: readonly string[]): Promise<void> {
  try {
    await benchCommand(benchDefinition()).parseAsync([...words], { from: 'user' });
  } finally {
    for (const { close } of suites) await close?.();
    await closeDevices();
  }
}

/** Makes a subcommand that hands all of its words on: the harness has a command of its own. */
export function command(subcommand: Command): void {
  subcommand
    .helpOption(false)
    .allowUnknownOption()
    .argument('[words...]')
    .action((words: readonly string[]) => bench(words));
}
