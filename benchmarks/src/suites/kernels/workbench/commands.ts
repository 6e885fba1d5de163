/** @file The subcommands of `longhorizon kernels` for those who write kernels. */
import { UsageError } from '@longhorizon/harness';
import { printable } from '@longhorizon/harness/command-line';
import { type FamilyName, parseShape, shapeNotation } from '@longhorizon/tensor/kernels';
import { type Command, InvalidArgumentError } from 'commander';
import { shareDriverSettings } from '../../../measurements/driver.ts';
import { untilInterrupted } from '../interrupt.ts';
import type { Place } from './messages.ts';
import type { Shown } from './show.ts';

const families = Object.keys(shapeNotation) as FamilyName[];
const usualShapes: Readonly<Record<FamilyName, string>> = {
  matmul: '256,256,256',
  conv2d: 'forward:25,14,14,32,32',
};

interface PlaceOptions {
  readonly shape?: string;
  readonly from?: string;
}

/** @throws UsageError for a family, a name or a shape that cannot be */
export function placeOf(text: string, { shape, from }: PlaceOptions): Place {
  const [family = '', name, ...more] = text.split('/');
  if (!families.includes(family as FamilyName) || more.length > 0 || name === '')
    throw new UsageError(
      `'${text}' names no kernels; write FAMILY or FAMILY/VARIANT, the family being ${families.join(' or ')}.`,
    );
  const known = family as FamilyName;
  const asked = shape ?? usualShapes[known];
  if (parseShape(known, asked) === undefined)
    throw new UsageError(`'${asked}' is no shape of ${known}; write ${shapeNotation[known]}.`);
  return {
    family: known,
    shape: asked,
    ...(name === undefined ? {} : { name }),
    ...(from === undefined ? {} : { from }),
  };
}

const seconds = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value <= 3600)) throw new InvalidArgumentError('Give seconds between 0 and 3600.');
  return value;
};

interface EditOptions extends PlaceOptions {
  readonly robustness: boolean;
  readonly once?: boolean;
  readonly limit: number;
}

/** A kernel with its name, and the commit after an @. */
function shownOf(text: string, options: PlaceOptions): Shown {
  const [kernel = '', commit, ...more] = text.split('@');
  const { name, ...place } = placeOf(kernel, options);
  if (name === undefined || more.length > 0 || commit === '')
    throw new UsageError(`'${text}' names no kernel; write FAMILY/VARIANT or FAMILY/VARIANT@COMMIT.`);
  if (commit !== undefined && options.from !== undefined)
    throw new UsageError(
      `'${text}' names a commit of the repository, and --from a folder of one's own; give one of them.`,
    );
  return { ...place, name, ...(commit === undefined ? {} : { commit }) };
}

export function addWorkbench(kernels: Command): void {
  const shapes = families.map((family) => `  ${family.padEnd(7)} ${shapeNotation[family]}`).join('\n');
  // What stands after a subcommand is its own, also where this command has an option of the same name.
  kernels.enablePositionalOptions();
  kernels
    .command('edit')
    .description(
      'watch a kernel: at each save compile it, check it against float64, and time it beside the current choice',
    )
    .argument('<kernel>', 'FAMILY/VARIANT, or FAMILY for all variants, when their text changes')
    .option('--shape <shape>', 'the problem; see below')
    .option('--from <folder>', 'your own folder, with FAMILY/VARIANT.wgsl and a module beside it')
    .option('--once', 'judge once; exit with code 1 if something is wrong')
    .option('--limit <seconds>', 'time limit for compiling, running and timing a kernel', seconds, 30)
    .option('--no-robustness', "without Dawn's bounds checks")
    .addHelpText('after', `\nShapes:\n${shapes}`)
    .action(async (kernel: string, options: EditOptions) => {
      const place = placeOf(kernel, options);
      shareDriverSettings();
      const [{ edit }, { shareOfRoof }] = await Promise.all([
        import('./edit.ts'),
        import('../roofline/share.ts'),
      ]);
      using interrupt = untilInterrupted();
      const right = await edit({
        place,
        robustness: options.robustness,
        once: options.once ?? false,
        limitS: options.limit,
        signal: interrupt.signal,
        print: (line) => console.log(printable(line)),
        shareOf: shareOfRoof,
      });
      process.exitCode = right ? 0 : 1;
    });
  kernels
    .command('show')
    .description(
      "print a kernel's WGSL beside Dawn's translation, with counts of both and the bytes it issues",
    )
    .argument('<kernel>', 'FAMILY/VARIANT, or FAMILY/VARIANT@COMMIT')
    .option('--shape <shape>', 'the problem; see below')
    .option('--from <folder>', 'your own folder, with FAMILY/VARIANT.wgsl and a module beside it')
    .addHelpText('after', `\nShapes:\n${shapes}`)
    .action(async (kernel: string, options: PlaceOptions) => {
      const shown = shownOf(kernel, options);
      shareDriverSettings();
      const { show } = await import('./show.ts');
      console.log(printable(await show(shown, process.stdout.columns ?? 160)));
    });
  kernels
    .command('diff')
    .description('compare two kernels, or one at two commits: counts, bytes issued, and lines that differ')
    .argument('<a>', 'FAMILY/VARIANT, or FAMILY/VARIANT@COMMIT')
    .argument('<b>', 'the same')
    .option('--shape <shape>', 'the problem; see below')
    .option('--from <folder>', "a folder of one's own for both")
    .addHelpText('after', `\nShapes:\n${shapes}`)
    .action(async (a: string, b: string, options: PlaceOptions) => {
      const [one, other] = [shownOf(a, options), shownOf(b, options)];
      if (one.family !== other.family)
        throw new UsageError(`${a} and ${b} are of two families; name two kernels of one.`);
      shareDriverSettings();
      const { diff } = await import('./show.ts');
      console.log(printable(await diff(one, other)));
    });
  kernels
    .command('roofline')
    .description(
      "measure an adapter's ceilings once, and compare every dispatch of the benchmark's plans with them",
    )
    .option('--measure', 'measure again even if the ceilings are known')
    .option('--row <parts>', 'only rows whose names contain one of these, separated by commas', (text) =>
      text.split(',').map((part) => part.trim()),
    )
    .option('--page <file>', 'write a page with a chart and all numbers')
    .action(async (options: { measure?: boolean; row?: readonly string[]; page?: string }) => {
      shareDriverSettings();
      const { roofline } = await import('../roofline/command.ts');
      await roofline({
        measure: options.measure ?? false,
        print: (text) => console.log(printable(text)),
        ...(options.row === undefined ? {} : { rows: options.row }),
        ...(options.page === undefined ? {} : { page: options.page }),
      });
    });
}
