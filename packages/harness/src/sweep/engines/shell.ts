/** @file Programs of the system, and words for a shell. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UsageError } from '../../errors.ts';

const run = promisify(execFile);

/** What a program printed. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a program to its end.
 *
 * @param absent the sentence for a program that is not there
 * @throws UsageError where it is not there
 */
export async function runProgram(
  program: string,
  words: readonly string[],
  absent: string,
): Promise<Printed> {
  try {
    const { stdout, stderr } = await run(program, [...words], { maxBuffer: 2 ** 28 });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const {
      code,
      stdout = '',
      stderr = '',
    } = error as {
      readonly code?: number | string;
      readonly stdout?: string;
      readonly stderr?: string;
    };
    if (code === 'ENOENT') throw new UsageError(absent);
    return { code: typeof code === 'number' ? code : 1, out: stdout, err: stderr };
  }
}

/** A word as a POSIX shell reads it back. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Words as a line for a POSIX shell. */
export function shellLine(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}
