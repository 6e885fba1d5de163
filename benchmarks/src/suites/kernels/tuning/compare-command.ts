/** @file `longhorizon kernels compare`: what one table of kernels chooses beside what another one or the built-in model does, in one run, in turns. */
import { closing, UsageError } from '@longhorizon/harness';
import { printable } from '@longhorizon/harness/command-line';
import type { Device } from '@longhorizon/tensor';
import { type Target, targetOf } from '@longhorizon/tensor/compiler';
import { type Command, Option } from 'commander';
import { shareDriverSettings } from '../../../measurements/driver.ts';
import { choicesIn, kernelTables, tableVariable } from '../../../measurements/kernel-tables/tables.ts';
import { agreementText, saidOf } from './agreement.ts';
import { addProblems, chosenProblems, openTabled } from './arguments.ts';
import { type Clock, clocks, ProblemBench } from './bench.ts';
import { type Beside, beside, presentCandidate } from './beside.ts';
import type { KernelProblem } from './problems.ts';

interface Options {
  readonly row?: string;
  readonly of?: string;
  readonly against: string;
  readonly clock: Clock;
  readonly ties: boolean;
  readonly adapter?: string;
}

/** What the compiler knows of a device with the choices of a file; those of the usual tables where none is named, none by `model`. */
function targetWith(device: Device, file: string | undefined): Target {
  const named = file === undefined ? {} : { [tableVariable]: file };
  const { choices, problems } = kernelTables(device.adapter, { ...process.env, ...named });
  if (problems.length > 0) throw new UsageError(problems[0]!);
  return { ...targetOf(device), choices };
}

const seed = 1;

/** Gives `kernels compare` its arguments, options and action. */
export function compareCommand(command: Command): void {
  addProblems(command)
    .description("time what a table chooses beside another table's choices or the built-in model's, in turns")
    .option('--of <file>', 'the table whose choices are timed; those the compiler asks when left out')
    .option('--against <file>', "the table they are held against, or 'model'", 'model')
    .addOption(
      new Option('--clock <name>', 'wall, or cpu: processor time, for a busy machine without a GPU')
        .choices(clocks)
        .default('wall'),
    )
    .option('--ties', "without timing: whether each table's choice is among the other's ties", false)
    .action(async (family: string | undefined, shapes: readonly string[], options: Options) => {
      const problems = chosenProblems(family, shapes, options.row);
      if (options.ties && (options.of === undefined || options.against === 'model'))
        throw new UsageError('The ties of two tables are compared: name both, with --of and --against.');
      shareDriverSettings();
      await using device = closing(await openTabled(options.adapter));
      const print = (line: string): void => console.log(printable(line));
      const [own, other] = [targetWith(device, options.of), targetWith(device, options.against)];
      print(`adapter  ${device.adapter.device} (${device.adapter.description})\n`);
      if (options.ties) {
        const said = (target: Target, file: string, problem: KernelProblem) =>
          saidOf(choicesIn(file, device.adapter), problem.family, presentCandidate({ problem }, target).keys);
        print(
          agreementText(
            problems.map(({ name, problem }) => ({
              problem: name,
              own: said(own, options.of!, problem),
              other: said(other, options.against, problem),
            })),
          ),
        );
        return;
      }
      const all: (Beside & { readonly problem: string })[] = [];
      for (const { name, problem } of problems) {
        const bench = new ProblemBench(device, problem, options.clock);
        try {
          const [found, present] = [presentCandidate(bench, own), presentCandidate(bench, other)];
          const one = { ...(await beside(bench, found, present, seed)), problem: name };
          all.push(one);
          print(lineOf(one, found.name));
        } finally {
          bench.release();
        }
      }
      print(`\n${comparedText(all)}`);
    });
}

function lineOf(
  { problem, name, speedup, low, high, verdict }: Beside & { problem: string },
  own: string,
): string {
  const place = `${problem.padEnd(36)} ${own.padEnd(36)}`;
  if (verdict === 'the same kernel') return `${place} the same kernel`;
  return `${place} ×${speedup.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] of ${name}`;
}

/** All comparisons in a line: the geometric mean, the least, and how many agree, being the same kernel or not told apart. */
export function comparedText(all: readonly (Beside & { readonly problem: string })[]): string {
  if (all.length === 0) return 'Nothing was compared.';
  const mean = Math.exp(all.reduce((sum, { speedup }) => sum + Math.log(speedup), 0) / all.length);
  const least = all.reduce((worst, one) => (one.speedup < worst.speedup ? one : worst));
  const count = (...verdicts: readonly Beside['verdict'][]) =>
    all.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const apart = count('faster', 'slower');
  return (
    `${all.length} problems: geometric mean ×${mean.toFixed(3)}, least ×${least.speedup.toFixed(3)} (${least.problem}). ` +
    `${count('the same kernel')} have the same kernel, ${count('slower')} are faster, ${count('faster')} slower; ` +
    `the tables agree within their ties on ${all.length - apart} of ${all.length}.`
  );
}
