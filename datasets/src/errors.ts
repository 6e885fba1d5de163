/**
 * A mistake in what was asked for, or a fault of the data found: one sentence that says what was asked, what was found
 * and what to do. Shown to the user without a stack trace.
 */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
  /** What a command ends with. */
  readonly exitCode: number = 1;
}

/** A name that no data set has, or one that a command has no use for. */
export class DatasetUsageError extends DatasetError {
  override readonly exitCode = 2;
}

/** What an error of the system or of a library says, for the middle of a sentence. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().replace(/\.$/, '');
}
