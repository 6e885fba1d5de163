/** @file `longhorizon conformance [program...]`: known hypergradients and linear systems, asked of our methods or of a program. */
import { InputError } from '@longhorizon/benchmarks/methods';
import { closing } from '@longhorizon/harness/command-line';
import type { Command } from 'commander';
import { adapterOption, openNamedDevice } from '../input/adapter.ts';
import { type ConformanceCase, conformanceCases } from './cases.ts';
import { type Implementation, judgeAll } from './judge.ts';
import { ours } from './ours.ts';
import { type Judged, printJudged } from './print.ts';
import { programOf, questionOf } from './program.ts';

interface Options {
  readonly cases?: string;
  readonly list?: boolean;
  readonly json?: boolean;
  readonly reference?: boolean;
  readonly adapter?: string;
  readonly seconds: string;
}

export function command(conformance: Command): void {
  conformance
    .argument(
      '[program...]',
      'after --, a program that answers on standard output; by default our own methods',
    )
    .option('--cases <names>', 'some cases or groups of cases, separated by commas: cg,exact/rates')
    .option('--list', 'print the cases with expected answers, one line of JSON each, and run nothing')
    .option('--json', 'print the result as JSON')
    .option('--seconds <n>', 'time limit for an answer of a program', '60')
    .option('--reference', 'our own methods in float64 only, which needs no GPU')
    .option(...adapterOption)
    .addHelpText('after', `\n${example}`)
    .action(async (words: readonly string[], options: Options) => {
      const cases = chosen(options.cases);
      const write = (text: string) => conformance.configureOutput().writeOut?.(`${text}\n`);
      if (options.list === true) {
        for (const one of cases)
          write(
            JSON.stringify({
              ...JSON.parse(questionOf(one)),
              expected: one.expected,
              tolerance: one.tolerance,
            }),
          );
        return;
      }
      const judged =
        words.length === 0
          ? await judgeOurs(cases, options)
          : [await judge(cases, programOf({ words, seconds: secondsOf(options) }))];
      write(options.json === true ? JSON.stringify(judged, undefined, 2) : printJudged(cases, judged));
      const isRight = judged.every(
        ({ verdicts }) =>
          verdicts.every(({ result }) => result === 'right' || result === 'refused') &&
          verdicts.some(({ result }) => result === 'right'),
      );
      if (!isRight) process.exitCode = 1;
    });
}

function chosen(names: string | undefined): readonly ConformanceCase[] {
  if (names === undefined) return conformanceCases;
  const parts = names.split(',');
  const isOf = (name: string, part: string) => name === part || name.startsWith(`${part}/`);
  const unknown = parts.find((part) => !conformanceCases.some((one) => isOf(one.case, part)));
  if (unknown !== undefined)
    throw new InputError(
      `There is no case '${unknown}'; the cases are ${conformanceCases.map((one) => one.case).join(', ')}.`,
    );
  return conformanceCases.filter((one) => parts.some((part) => isOf(one.case, part)));
}

function secondsOf({ seconds }: Options): number {
  const value = Number(seconds);
  if (!(value > 0 && value <= 86_400))
    throw new InputError(`--seconds is ${seconds}; give a number above 0, and at most a day, 86400.`);
  return value;
}

async function judge(cases: readonly ConformanceCase[], given: Implementation): Promise<Judged> {
  await using implementation = closing(given);
  return { title: implementation.title, verdicts: await judgeAll(cases, implementation) };
}

async function judgeOurs(
  cases: readonly ConformanceCase[],
  { reference = false, adapter }: Options,
): Promise<readonly Judged[]> {
  const judged = [await judge(cases, ours('float64'))];
  if (reference) return judged;
  await using device = closing(await openNamedDevice(adapter));
  return [...judged, await judge(cases, ours(device))];
}

const example = `Examples:
  longhorizon conformance --reference           our own methods in float64
  longhorizon conformance --list                the cases and the expected answers
  longhorizon conformance --cases cg -- python3 answers.py

A program reads one line of JSON per case from standard input and answers with a line on standard output:
  {"case":"cg/isotropic","asks":"solve","H":[[2,0,0],[0,2,0],[0,0,2]],"b":[1,2,-3],"steps":5}
  {"case":"cg/isotropic","answer":[0.5,1,-1.5]}
or {"case":"…","refused":"why"} if it lacks the method. docs/conformance.md describes the cases.`;
