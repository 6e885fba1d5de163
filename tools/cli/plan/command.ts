/** @file `longhorizon plan`: what the compiler makes of a step, on the adapter that is there, and what each dispatch costs. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { closing } from '@longhorizon/harness/command-line';
import { type OpenOptions, printMemory, printPlan } from '@longhorizon/tensor';
import { makeProgram, type Program, type ProgramRequest, targetOf } from '@longhorizon/tensor/compiler';
import type { Command } from 'commander';
import { adapterOption, openNamedDevice } from '../input/adapter.ts';
import { attribute, printAttribution } from './attribution.ts';
import { compileTimes, planOfZeros, printCompileTimes } from './compile-times.ts';
import { examples } from './examples.ts';

interface Options {
  readonly adapter?: string;
  readonly wgsl?: boolean;
  readonly time?: boolean;
  readonly compile?: boolean;
  readonly matmul?: string;
  readonly conv2d?: string;
}

/** Each kernel is shown, compiled and timed for itself. */
const measuring: OpenOptions = { timestampQuantization: false, warmPipelines: false };

/** A step or module that cannot be used. */
class PlanCommandError extends Error {
  override readonly name = 'PlanCommandError';
  readonly exitCode = 2;
}

export function command(plan: Command): void {
  const print = (text: string): void => plan.configureOutput().writeOut?.(`${text}\n`);
  const known = Object.entries(examples).map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`);
  plan
    .argument(
      '[step]',
      'an example, or a TypeScript module whose default export returns a program request',
      'mlp-step',
    )
    .option(...adapterOption)
    .option('--wgsl', 'print the code of every dispatch')
    .option('--time', "run it; print the GPU time of every dispatch and where a step's time goes")
    .option('--compile', 'run each dispatch alone, and print by how much its first run exceeds its second')
    .option(
      '--matmul <variant>',
      'force variants of the matmul kernels: names separated by commas, the first that fits',
    )
    .option('--conv2d <variant>', 'force variants of the conv2d kernels, likewise')
    .addHelpText('after', `\nExamples of steps:\n${known.join('\n')}`)
    .action(async (name: string, options: Options) => {
      const request = await requestNamed(name);
      await using device = closing(await openNamedDevice(options.adapter, measuring));
      const variants = {
        ...(options.matmul === undefined ? {} : { matmul: options.matmul }),
        ...(options.conv2d === undefined ? {} : { conv2d: options.conv2d }),
      };
      const program = makeProgram({ ...request, variants }, targetOf(device));
      const kind = device.profile.runsOnHost ? ' (a software adapter)' : '';
      print(`planned for ${device.adapter.name}${kind}`);
      print(printPlan(program, { wgsl: options.wgsl ?? false }));
      print('\nbytes of the arena while each dispatch runs');
      print(printMemory(program));
      // First, because any other run compiles.
      if (options.compile) {
        const times = await compileTimes(device, program, { ...request, variants });
        print(`\nCPU time of compiling each dispatch\n${printCompileTimes(program, times)}`);
      }
      if (options.time) {
        const plan = await planOfZeros(device, program, { ...request, variants });
        print(`\nGPU time of each dispatch, all inputs zero\n${printTimes(program, await plan.profile())}`);
        plan.destroy();
        const open = (more: OpenOptions) => openNamedDevice(options.adapter, { ...measuring, ...more });
        const attribution = await attribute(open, program, { ...request, variants });
        if (attribution !== undefined) print(`\n${printAttribution(attribution)}`);
      }
    });
}

function printTimes(program: Program, nanoseconds: readonly number[] | undefined): string {
  if (nanoseconds === undefined) return 'this adapter has no timestamps';
  const all = nanoseconds.reduce((sum, ns) => sum + ns, 0);
  const lines = program.kernels.map(({ label, variant, operations }, k) => {
    const ns = nanoseconds[k]!;
    const rate = variant === undefined ? '' : ` ${(operations / ns).toFixed(1)} GFLOP/s`;
    const share = `${((100 * ns) / all).toFixed(1)} %`.padStart(7);
    return `${String(k).padStart(3)} ${(ns / 1000).toFixed(1).padStart(9)} µs ${share}  ${variant ?? label}${rate}`;
  });
  return [...lines, `sum ${(all / 1000).toFixed(1)} µs`].join('\n');
}

async function importModule(name: string, file: string): Promise<{ readonly default?: unknown }> {
  try {
    return (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PlanCommandError(`plan: ${name} cannot be loaded as a module: ${reason}`, { cause: error });
  }
}

/** @throws {PlanCommandError} when the name is neither an example nor a module that gives a program request */
export async function requestNamed(name: string): Promise<ProgramRequest> {
  const example = examples[name];
  if (example !== undefined) return example.make();
  const file = resolve(name);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new PlanCommandError(
      `plan: '${name}' is neither an example (${Object.keys(examples).join(', ')}) nor a file; name one of these, or a module.`,
    );
  const module = await importModule(name, file);
  const remedy = 'export a function that returns { outputs, updates }.';
  if (!('default' in module)) throw new PlanCommandError(`plan: ${name} has no default export; ${remedy}`);
  if (typeof module.default !== 'function')
    throw new PlanCommandError(
      `plan: the default export of ${name} is no function (${typeof module.default}); ${remedy}`,
    );
  const request: unknown = await module.default();
  if (typeof request !== 'object' || request === null || !('outputs' in request || 'updates' in request))
    throw new PlanCommandError(
      `plan: the function that ${name} exports returned no { outputs, updates }; ${remedy}`,
    );
  return request as ProgramRequest;
}
