/**
 * @file Builds the command line from the registry.
 */
import {
  answerMistakes,
  complaint,
  exitCodeOf,
  printable,
  UsageError,
  unknownName,
} from '@longhorizon/harness/command-line';
import { Command } from 'commander';
import type { Subcommand } from './registry.ts';

/**
 * Only the module of the subcommand that is asked for is loaded; the others appear in the help with their summary.
 *
 * @param words the arguments after `longhorizon`
 * @throws UsageError for a subcommand that there is not
 */
export async function buildCommandLine(
  subcommands: readonly Subcommand[],
  words: readonly string[],
): Promise<Command> {
  const program = new Command('longhorizon')
    // Options after a subcommand are its own, down to the last one.
    .enablePositionalOptions()
    .description('Long-horizon gradient-based meta-learning, measured on any GPU that speaks WebGPU.')
    // A subcommand's options stand after its name, so that it can have some that the command above it has, too.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => void process.stdout.write(printable(text)),
      writeErr: (text) => void process.stderr.write(printable(text)),
    });
  const isHelp = words[0] === 'help';
  const asked = isHelp ? words[1] : words.find((word) => !word.startsWith('-'));
  const names = subcommands.map(({ name }) => name);
  if (asked !== undefined && ![...names, 'help'].includes(asked))
    throw new UsageError(unknownName('subcommand', [asked], names, 'longhorizon --help'));
  for (const { name, summary, load } of subcommands) {
    const command = program.command(name).description(summary);
    if (name === asked) (await load())(command);
  }
  return program;
}

/** Runs the words of a command line to their end, and says with which code the process ends. */
export async function runCommandLine(
  subcommands: readonly Subcommand[],
  words: readonly string[],
): Promise<void> {
  try {
    const program = await buildCommandLine(subcommands, words);
    answerMistakes(program);
    await program.parseAsync(words.length === 0 ? ['--help'] : [...words], { from: 'user' });
  } catch (error) {
    process.stderr.write(complaint('longhorizon', error));
    process.exitCode = exitCodeOf(error);
  }
}
