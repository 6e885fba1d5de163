import { complaint, exitCodeOf } from '../command-line.ts';
import type { Output } from './definition.ts';

/** Where errors go, and the name of the program that says them. */
export type ErrorOutput = Output & { readonly program: string };

/** Runs an action and ends with its exit code, or with the error's. */
export async function guarded(errors: ErrorOutput, action: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await action();
  } catch (error) {
    errors.write(complaint(errors.program, error));
    process.exitCode = exitCodeOf(error);
  }
}
