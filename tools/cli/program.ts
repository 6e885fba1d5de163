/**
 * @file Builds the command line from the registry.
 */
import { printable } from '@longhorizon/harness/printable';
import { Command } from 'commander';
import type { Subcommand } from './registry.ts';

/**
 * Only the module of the subcommand that is asked for is loaded; the others appear in the help with their summary.
 * @param words the arguments after `longhorizon`
 */
export async function buildProgram(
  subcommands: readonly Subcommand[],
  words: readonly string[],
): Promise<Command> {
  const program = new Command('longhorizon')
    .description('Long-horizon gradient-based meta-learning, measured on any GPU that speaks WebGPU.')
    .configureOutput({
      writeOut: (text) => void process.stdout.write(printable(text)),
      writeErr: (text) => void process.stderr.write(printable(text)),
    })
    .showHelpAfterError("(run 'longhorizon --help' for what there is)")
    .showSuggestionAfterError();
  const isHelp = words[0] === 'help';
  const asked = isHelp ? words[1] : words.find((word) => !word.startsWith('-'));
  for (const { name, summary, load } of subcommands) {
    const command = program.command(name).description(summary);
    if (name === asked) (await load())(command);
  }
  return program;
}

/**
 * What a user is told of an error: the message alone where it is about input or machine, the stack where it is our
 * own fault.
 */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const ownFaults = [TypeError, RangeError, ReferenceError, SyntaxError, EvalError, URIError];
  const isOwnFault =
    error.message.startsWith('internal:') || ownFaults.some((kind) => error.constructor === kind);
  return isOwnFault ? (error.stack ?? error.message) : error.message;
}
