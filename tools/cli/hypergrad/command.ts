/** @file `longhorizon hypergrad FILE`: a bilevel problem from a file or a module, and what every method of the registry makes of it. */

import { type HyperContext, hyperMethods, InputError } from '@longhorizon/benchmarks/methods';
import type { Method, Problem } from '@longhorizon/bilevel';
import { closing } from '@longhorizon/harness/command-line';
import { type ResidentChoice, residentChoices } from '@longhorizon/tensor/device';
import { type Command, Option } from 'commander';
import { adapterOption, openNamedDevice } from '../input/adapter.ts';
import { chooseNamed, type NamedEntry } from '../input/named-entries.ts';
import { readJson } from '../input/read-json.ts';
import { mostSteps } from '../input/work.ts';
import { computeHypergradients, type HypergradReport } from './compute.ts';
import { checkInput, type HypergradInput, problemOf } from './input.ts';
import { isModule, problemOfModule } from './module.ts';
import { printReport } from './print.ts';

interface Options {
  readonly json?: boolean;
  readonly reference?: boolean;
  readonly adapter?: string;
  readonly resident?: ResidentChoice;
  readonly horizon?: string;
  readonly method?: string;
}

/** The methods of the registry that know a start which is given, as those of a file have. */
export const methodEntries: readonly NamedEntry<Method, HyperContext>[] = hyperMethods
  .filter(({ starts }) => starts === 'fixed' || starts === 'any')
  .map(({ id, name, fromFile }) => ({ id, name, make: fromFile }));

export function command(hypergrad: Command): void {
  hypergrad
    .argument(
      '<file>',
      "a problem as JSON: inner, outer, T; '-' reads standard input; or a module that exports a problem of your own",
    )
    .option('--horizon <T>', 'inner steps, for the problem of a module; in JSON it is the field T')
    .option('--method <names>', 'some methods, separated by commas, for the problem of a module')
    .option('--json', 'print the report as JSON')
    .option('--reference', 'only float64, which needs no GPU')
    .option(...adapterOption)
    .addOption(
      new Option(
        '--resident <choice>',
        'run many small steps in one dispatch: if it is faster, whenever possible, or never',
      ).choices(residentChoices),
    )
    .addHelpText('after', `\n${example()}`)
    .action(
      async (file: string, { json = false, reference = false, adapter, resident, ...chosen }: Options) => {
        const task = isModule(file) ? await taskOfModule(file, chosen) : taskOfFile(file, chosen);
        const report = await reportOf(task, reference ? undefined : { adapter, resident });
        const text = json ? JSON.stringify(report, undefined, 2) : printReport(report);
        hypergrad.configureOutput().writeOut?.(`${text}\n`);
      },
    );
}

interface Task {
  readonly problem: Problem;
  readonly horizon: number;
  readonly methods: readonly Method[];
}

function taskOfFile(file: string, { horizon, method }: Pick<Options, 'horizon' | 'method'>): Task {
  if (horizon !== undefined || method !== undefined)
    throw new InputError(
      `--${horizon === undefined ? 'method' : 'horizon'} is for the problem of a module; ${file} is JSON, where it is the field ${horizon === undefined ? 'methods' : 'T'}.`,
    );
  const input = checkInput(readJson(file));
  const methods = chooseNamed(input.methods, methodEntries, contextOf(input));
  return { problem: problemOf(input), horizon: input.T, methods };
}

async function taskOfModule(
  file: string,
  { horizon: given, method }: Pick<Options, 'horizon' | 'method'>,
): Promise<Task> {
  const horizon = /^[0-9]+$/.test(given ?? '') ? Number(given) : 0;
  if (horizon < 1 || horizon > mostSteps)
    throw new InputError(
      `A module says no horizon T, and --horizon is ${given ?? 'missing'}; give a whole number from 1 to ${mostSteps}, as in --horizon 100.`,
    );
  const problem = await problemOfModule(file);
  const context = { horizon, dimension: problem.p, seed: 0, rate: 0.1, gamma: 0.9 };
  return { problem, horizon, methods: chooseNamed(method?.split(','), methodEntries, context) };
}

async function reportOf(
  { problem, horizon, methods }: Task,
  device: { readonly adapter: string | undefined; readonly resident: ResidentChoice | undefined } | undefined,
): Promise<HypergradReport> {
  if (device === undefined) return computeHypergradients(problem, horizon, methods, undefined);
  await using opened = closing(
    await openNamedDevice(device.adapter, device.resident === undefined ? {} : { resident: device.resident }),
  );
  return await computeHypergradients(problem, horizon, methods, opened);
}

/** What the file says to every method. */
export function contextOf({ T, gamma, inner }: HypergradInput): HyperContext {
  return {
    horizon: T,
    dimension: inner.lambda.length,
    seed: 0,
    rate: inner.kind === 'tracking' ? inner.rate : 0.1,
    gamma,
  };
}

function example(): string {
  return `Example:
  {
    "inner": { "kind": "tracking", "G": [1, 0.5], "w0": [2, 2], "lambda": [1, 1], "rate": 0.1 },
    "outer": { "kind": "quadratic", "c": [0, 0.5] },
    "T": 20,
    "methods": ["drmad", { "name": "neumann", "terms": 10 }]
  }
inner: tracking { G, w0, lambda, rate: 0.1 } is ½(w − λ)ᵀG(w − λ); rates { h, m, w0, lambda } is w − λ⊙h⊙(w − m);
schedule { h, m, w0, lambda: [η, μ, ξ] } is the same descent with one rate η, momentum μ and weight decay ξ.
With their own outer loss: noisy-quadratic { h, variance, A0, lambda, samples, seed }, influence-balancing { lambda, objective },
sharp-basins { lambda }, lorenz { lambda }.
outer: quadratic { c, scale: 1 } is ½ scale ‖w − c‖²; sine is ‖w‖² + 10‖sin w‖². Beside them: momentum, weightDecay, gamma.
A module: export const mine = defineProblem({ … }), as docs/adding.md shows; then hypergrad mine.ts --horizon 100.
methods: ${methodEntries.map(({ name }) => name).join(', ')}; all when left out.`;
}
