/** @file `npm run study -- matmul 512,512,512`: the hand-written kernels of a family against each other, on one problem after another. */
import { type Family, parseProblems } from '@longhorizon/benchmarks';
import { explain } from '@longhorizon/harness/command-line';
import { openDevice } from '@longhorizon/tensor';
import { kernelVariants } from '@longhorizon/tensor/compiler';
import { Command, InvalidArgumentError } from 'commander';
import { StudyError, study } from './study.ts';

interface Options {
  readonly only: string;
  readonly rounds: number;
  readonly sampleMs: number;
  readonly adapter?: string;
  readonly robustness: boolean;
}

const positive = (text: string): number => {
  const value = Number(text);
  if (!(Number.isInteger(value) && value >= 1)) throw new InvalidArgumentError('Give a whole number from 1.');
  return value;
};

const program = new Command('study')
  .description(
    'Times kernel variants in turns. A star marks what the compiler chooses; a wrong result is not timed.',
  )
  .argument('<family>', `${Object.keys(kernelVariants).join(' or ')}`)
  .argument(
    '[shapes...]',
    'matmul: [batch x]m,n,k[:nn|tn|nt|tt]; conv2d: [tasks x]images,height,width,in,out[:filter][/stride]',
  )
  .option('--only <parts>', 'variants whose names have one of these parts, separated by commas', '')
  .option('--rounds <count>', 'turns of each variant', positive, 7)
  .option('--sample-ms <ms>', 'milliseconds of a turn', positive, 30)
  .option(
    '--adapter <name>',
    'a part of an adapter name; otherwise LONGHORIZON_ADAPTER, otherwise the first there is',
  )
  .option('--no-robustness', 'without bounds checks of array accesses')
  .addHelpText('after', '\nCompile times are those of an empty cache with MESA_SHADER_CACHE_DISABLE=true.')
  .action(async (family: string, shapes: readonly string[], options: Options) => {
    const names = kernelVariants[family as Family];
    if (names === undefined)
      throw new StudyError(
        `study: '${family}' is no family; name ${Object.keys(kernelVariants).join(' or ')}.`,
      );
    if (shapes.length === 0)
      throw new StudyError(
        `study: no shape was given; name one or more, such as ${family === 'matmul' ? '512,512,512' : '25,14,14,32,32'}.`,
      );
    const variants = names.filter((name) => options.only.split(',').some((part) => name.includes(part)));
    if (variants.length === 0)
      throw new StudyError(
        `study: no variant has '${options.only}' in its name; there are ${names.join(', ')}.`,
      );
    const problems = parseProblems(family as Family, shapes);
    const device = await openDevice({
      warmPipelines: false,
      robustness: options.robustness,
      ...(options.adapter === undefined ? {} : { adapter: options.adapter }),
    });
    try {
      console.log(`${device.adapter.name}; robustness ${options.robustness ? 'on' : 'off'}`);
      for (const problem of problems) {
        const { lines, wrong } = await study(device, family as Family, problem, variants, options);
        console.log(lines.join('\n'));
        if (wrong.length > 0) process.exitCode = 1;
      }
    } finally {
      await device.close();
    }
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
