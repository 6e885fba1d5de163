/**
 * A mistake in what was asked for, or a fault of the data found: one sentence that says what was asked, what was found
 * and what to do. Shown to the user without a stack trace.
 */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
}

/** What an error of the system or of a library says, for the middle of a sentence. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().replace(/\.$/, '');
}
