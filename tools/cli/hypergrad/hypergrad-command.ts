/** @file `longhorizon hypergrad FILE.json`: a bilevel problem from a file, and what every method makes of it. */
import { openDevice } from '@longhorizon/tensor';
import type { Command } from 'commander';
import { chooseNamed } from '../input/named-entries.ts';
import { readJson } from '../input/read-json.ts';
import { computeHypergradients, type HypergradReport } from './compute.ts';
import { checkInput, problemOf } from './input.ts';
import type { MethodEntry } from './methods.ts';
import { printReport } from './print.ts';

interface Options {
  readonly json?: boolean;
  readonly reference?: boolean;
  readonly adapter?: string;
}

/** The subcommand, for the methods that it shall know. */
export function hypergradCommand(entries: readonly MethodEntry[]): (hypergrad: Command) => void {
  return (hypergrad) => {
    hypergrad
      .argument('<file>', "a problem as JSON: inner, outer, T; '-' reads standard input")
      .option('--json', 'print the report as JSON')
      .option('--reference', 'float64 alone, which needs no GPU')
      .option(
        '--adapter <name>',
        "'any', 'hardware', 'software' or part of a name; else LONGHORIZON_ADAPTER, else 'any'",
      )
      .addHelpText('after', `\n${example(entries)}`)
      .action(async (file: string, { json = false, reference = false, adapter }: Options) => {
        const report = await reportOfFile(file, entries, reference ? undefined : { adapter });
        const text = json ? JSON.stringify(report, undefined, 2) : printReport(report);
        hypergrad.configureOutput().writeOut?.(`${text}\n`);
      });
  };
}

async function reportOfFile(
  file: string,
  entries: readonly MethodEntry[],
  device: { readonly adapter: string | undefined } | undefined,
): Promise<HypergradReport> {
  const input = checkInput(readJson(file));
  const { gamma, T: horizon } = input;
  const methods = chooseNamed(input.methods, entries, { gamma, horizon });
  const problem = problemOf(input);
  if (device === undefined) return computeHypergradients(problem, horizon, methods, undefined);
  const opened = await openDevice(device.adapter === undefined ? {} : { adapter: device.adapter });
  try {
    return await computeHypergradients(problem, horizon, methods, opened);
  } finally {
    await opened.close();
  }
}

function example(entries: readonly MethodEntry[]): string {
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
