/**
 * A mistake in what was asked for, or a fault of the data found: one sentence that says what was asked, what was found
 * and what to do. Shown to the user without a stack trace.
 */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
}
