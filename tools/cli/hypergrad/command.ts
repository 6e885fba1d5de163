/** @file `longhorizon hypergrad FILE.json`: a bilevel problem from a file, and what every method of the registry makes of it. */

import { type HyperContext, hyperMethods } from '@longhorizon/benchmarks/methods';
import type { Method } from '@longhorizon/bilevel';
import type { Command } from 'commander';
import { adapterOption, openNamedDevice } from '../input/adapter.ts';
import { chooseNamed, type NamedEntry } from '../input/named-entries.ts';
import { readJson } from '../input/read-json.ts';
import { computeHypergradients, type HypergradReport } from './compute.ts';
import { checkInput, type HypergradInput, problemOf } from './input.ts';
import { printReport } from './print.ts';

interface Options {
  readonly json?: boolean;
  readonly reference?: boolean;
  readonly adapter?: string;
}

/** The methods of the registry that know a start which is given, as those of a file have. */
const entries: readonly NamedEntry<Method, HyperContext>[] = hyperMethods
  .filter(({ starts }) => starts === 'fixed' || starts === 'any')
  .map(({ id, name, fromFile }) => ({ id, name, make: fromFile }));

export function command(hypergrad: Command): void {
  hypergrad
    .argument('<file>', "a problem as JSON: inner, outer, T; '-' reads standard input")
    .option('--json', 'print the report as JSON')
    .option('--reference', 'float64 alone, which needs no GPU')
    .option(...adapterOption)
    .addHelpText('after', `\n${example()}`)
    .action(async (file: string, { json = false, reference = false, adapter }: Options) => {
      const report = await reportOfFile(file, reference ? undefined : { adapter });
      const text = json ? JSON.stringify(report, undefined, 2) : printReport(report);
      hypergrad.configureOutput().writeOut?.(`${text}\n`);
    });
}

async function reportOfFile(
  file: string,
  device: { readonly adapter: string | undefined } | undefined,
): Promise<HypergradReport> {
  const input = checkInput(readJson(file));
  const { T: horizon } = input;
  const methods = chooseNamed(input.methods, entries, contextOf(input));
  const problem = problemOf(input);
  if (device === undefined) return computeHypergradients(problem, horizon, methods, undefined);
  const opened = await openNamedDevice(device.adapter);
  try {
    return await computeHypergradients(problem, horizon, methods, opened);
  } finally {
    await opened.close();
  }
}

/** What the file says to every method. */
function contextOf({ T, gamma, inner }: HypergradInput): HyperContext {
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
inner: tracking { G, w0, lambda, rate: 0.1 } is ½(w − λ)ᵀG(w − λ); rates { h, m, w0, lambda } is w − λ⊙h⊙(w − m).
outer: quadratic { c } is ½‖w − c‖²; sine is ‖w‖² + 10‖sin w‖². Beside them: momentum, weightDecay, gamma.
methods: ${entries.map(({ name }) => name).join(', ')}; all when left out.`;
}
