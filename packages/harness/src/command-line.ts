/** @file How command lines answer mistakes: a sentence with the program's name before it, where to read more, and an exit code. */
import type { Command } from 'commander';
import { printable } from './printable.ts';

export { UsageError } from './errors.ts';
export { bareTable } from './export/text-table.ts';
export { unknownName } from './nearest.ts';
export { closing, owned } from './ownership.ts';
export { printable } from './printable.ts';

/** What a command ends with when it was asked wrongly or when nothing matches. */
export const usageExitCode = 2;

/**
 * Lets a command and all below it answer words that they do not take: the program's name, the sentence, and the help of the very
 * subcommand; exit code 2.
 *
 * @param root with all its subcommands
 */
export function answerMistakes(root: Command): void {
  const program = commandLineName(root);
  const visit = (command: Command, path: string): void => {
    command
      .configureOutput({
        outputError: (text, write) => write(`${program}: ${text.replace(/^error: /, '')}`),
      })
      .showHelpAfterError(`"${path} --help" says what it takes.`)
      .exitOverride((error) => process.exit(exitCodeOf(error)));
    for (const below of command.commands) visit(below, `${path} ${below.name()}`);
  };
  visit(root, root.name());
}

/**
 * Lets a program go on when the reader of its output has gone, as `head` does after its lines: what it does matters more than what it still says.
 * Call it once, before anything is printed.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
}

/** The word before every error of a command: the first of the root's name. */
export function commandLineName(root: Command): string {
  return root.name().split(' ')[0] ?? '';
}

/** An error as a command prints it. */
export function complaint(program: string, error: unknown): string {
  return printable(`${program}: ${explain(error)}\n`);
}

/** What a process ends with after an error: the error's own `exitCode`; 2 for words that a command does not take; else 1. */
export function exitCodeOf(error: unknown): number {
  const { exitCode, code } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly exitCode?: unknown;
    readonly code?: unknown;
  };
  if (typeof exitCode !== 'number') return 1;
  // Commander ends with 1 for what it finds itself, and with what it is told for `command.error`.
  const isFound = typeof code === 'string' && code.startsWith('commander.') && code !== 'commander.error';
  return isFound && exitCode !== 0 ? usageExitCode : exitCode;
}

/**
 * What a user is told of an error: the message alone where it is about input or machine, the stack where it is our own fault.
 */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const ownFaults = [TypeError, RangeError, ReferenceError, SyntaxError, EvalError, URIError];
  const isOwnFault =
    error.message.startsWith('internal:') || ownFaults.some((kind) => error.constructor === kind);
  return isOwnFault ? (error.stack ?? error.message) : error.message;
}
