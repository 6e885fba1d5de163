/**
 * @file What `npm start` and `npx nx run bench` run: for now the kernel benchmark.
 *
 *     npm start                                   the quick profile
 *     npm start -- --profile full
 *     npm start -- --row matmul --library longhorizon,jax-js
 */
import { resolve } from 'node:path';
import { UsageError } from '@longhorizon/harness';
import { Command, Option } from 'commander';
import { runKernels } from './kernels/command.ts';
import { type Profile, profiles } from './kernels/rows.ts';
import { type LibraryName, libraryNames } from './peers/library.ts';

interface Options {
  readonly profile: Profile;
  readonly row?: readonly string[];
  readonly library?: readonly LibraryName[];
  readonly robustness: boolean;
  readonly out: string;
}

const list = (text: string): readonly string[] => text.split(',').map((part) => part.trim());

function libraries(text: string): readonly LibraryName[] {
  const names = list(text);
  const unknown = names.find((name) => !libraryNames.some((known) => known === name));
  if (unknown !== undefined)
    throw new UsageError(`There is no library '${unknown}'. The libraries are ${libraryNames.join(', ')}.`);
  return names as LibraryName[];
}

const command = new Command('bench')
  .description('Times kernels and training steps beside other libraries on the same adapter.')
  .addOption(new Option('--profile <name>', 'how much').choices(profiles).default('quick'))
  .option('--row <parts>', 'only rows whose names contain one of these, separated by commas', list)
  .option('--library <names>', 'only these libraries, separated by commas', libraries)
  .option('--robustness', "keep Dawn's bounds checks, for every library", false)
  .option('--out <folder>', 'where records go', 'results')
  .action(async ({ profile, row, library, robustness, out }: Options) => {
    const interrupt = new AbortController();
    process.once('SIGINT', () => interrupt.abort());
    process.once('SIGTERM', () => interrupt.abort());
    const allRight = await runKernels({
      profile,
      robustness,
      folder: resolve(out),
      signal: interrupt.signal,
      print: (text) => console.log(text),
      ...(row === undefined ? {} : { rows: row }),
      ...(library === undefined ? {} : { libraries: library }),
    });
    process.exitCode = interrupt.signal.aborted ? 130 : allRight ? 0 : 1;
  });

try {
  await command.parseAsync();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
