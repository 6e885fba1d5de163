/** @file `longhorizon kernels export` and `kernels replay`: measured spaces for other tools, and strategies tried on them without a device. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '@longhorizon/harness';
import { printable } from '@longhorizon/harness/command-line';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { root } from '../../../root.ts';
import { exportFormats } from './formats.ts';
import { drawReplay, replay } from './replay.ts';
import { readSpace } from './space.ts';
import { type Strategy, type Walk, walks } from './strategies.ts';

/** The spaces that came with the repository. */
const spacesFolder = join(root, 'benchmarks', 'kernel-spaces');

/** @throws UsageError where no space is named and none came with the repository */
function spacePaths(named: readonly string[]): readonly string[] {
  if (named.length > 0) return named;
  const found = existsSync(spacesFolder)
    ? readdirSync(spacesFolder).filter((name) => name.endsWith('.json.gz'))
    : [];
  if (found.length === 0)
    throw new UsageError(
      `There are no spaces in ${spacesFolder}. Name files that longhorizon kernels tune --strategy exhaustive --space wrote.`,
    );
  return found.sort().map((name) => join(spacesFolder, name));
}

type FormatName = keyof typeof exportFormats;

/** Gives `kernels export` its arguments, options and action. */
export function exportCommand(command: Command): void {
  command
    .description('convert a measured space to a format of other tools')
    .argument('<space>', 'a file written by kernels tune --space')
    .addOption(
      new Option(
        '--format <name>',
        'T1: what is searched; T4 and the cache of Kernel Tuner: what came out; CSV',
      )
        .choices(Object.keys(exportFormats))
        .default('t4'),
    )
    .action((path: string, { format }: { readonly format: FormatName }) => {
      process.stdout.write(exportFormats[format](readSpace(path)));
    });
}

/** A strategy of ours, or the default export of a module. @throws UsageError where it is neither */
async function walkNamed(name: string): Promise<Walk> {
  if (name in walks) return walks[name as Strategy];
  const path = resolve(name);
  if (!/\.[cm]?[jt]s$/.test(name) || !existsSync(path))
    throw new UsageError(
      `'${name}' is no strategy. There are ${Object.keys(walks).join(', ')}; or name a module whose default export is one.`,
    );
  const loaded: { readonly default?: unknown } = await import(pathToFileURL(path).href);
  if (typeof loaded.default !== 'function')
    throw new UsageError(
      `${path} exports no strategy. Its default export has to be a function of a space, of visit and of options, as in the strategies of longhorizon.`,
    );
  return loaded.default as Walk;
}

const count = (text: string): number => {
  const value = Number(text);
  if (!(Number.isInteger(value) && value >= 1 && value <= 10_000))
    throw new InvalidArgumentError('Give a whole number from 1 to 10000.');
  return value;
};

/** Gives `kernels replay` its arguments, options and action. */
export function replayCommand(command: Command): void {
  command
    .description('evaluate a search strategy on measured spaces, without a device, against random search')
    .argument(
      '<strategy>',
      `${Object.keys(walks).join(', ')} (by the order in which it tries kernels), or a module whose default export is one`,
    )
    .argument('[spaces...]', 'files written by kernels tune --space; by default those of the repository')
    .option('--seeds <count>', 'number of runs; the median is plotted', count, 101)
    .action(async (name: string, spaces: readonly string[], { seeds }: { readonly seeds: number }) => {
      const walk = await walkNamed(name);
      for (const path of spacePaths(spaces)) {
        const space = readSpace(path);
        const { adapter, lanes, load, clock, date } = space.machine;
        console.log(
          printable(
            `${space.family} ${space.problem}: ${adapter}, ${lanes} lanes, ${clock} time, load ${load}, ${date.slice(0, 10)}`,
          ),
        );
        console.log(`${drawReplay(await replay(space, walk, seeds), name)}\n`);
      }
    });
}
