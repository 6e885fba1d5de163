import { asksForSweepFolder, sweepFolderCommand } from '@longhorizon/harness/sweep-folder';
import type { Command } from 'commander';
import { commandName } from './name.ts';

/** Runs the benchmark's command line with the words after `bench`. Suites, and the code they measure, are loaded only for words that need them. */
export async function bench(words: readonly string[]): Promise<void> {
  if (asksForSweepFolder(words)) {
    await sweepFolderCommand(commandName).parseAsync([...words], { from: 'user' });
    return;
  }
  const { benchWithSuites } = await import('./with-suites.ts');
  await benchWithSuites(words);
}

/** Makes a subcommand that hands all of its words on: the harness has a command of its own. */
export function command(subcommand: Command): void {
  subcommand
    .helpOption(false)
    .allowUnknownOption()
    .argument('[words...]')
    .action((words: readonly string[]) => bench(words));
}
