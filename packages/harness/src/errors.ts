/**
 * A mistake in what was asked: an unknown suite, an axis value out of range, a folder that cannot be written.
 * Its message is a sentence for the person at the keyboard; a command prints it without a stack trace.
 */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
  /** What a command ends with. */
  readonly exitCode: number = 2;
}

/** Something that was asked rightly and cannot be finished: the disk is full, the folder was taken away. Said like a {@link UsageError}. */
export class RunError extends UsageError {
  override readonly name = 'RunError';
  override readonly exitCode = 1;
}

/** Lists names for an error message: `a, b and c`. */
export function listOf(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? 'none';
  return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

/** One plural s where the count asks for it: `plural(1, 'cell')` is `1 cell`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
