/** @file What options and the files of commands are checked with: schemas whose complaints are sentences. */
import * as z from 'zod';

/** A mistake in the file; the message says what was asked, what was found and what to do. */
export class InputError extends Error {
  override readonly name = 'InputError';
  /** What a command ends with. */
  readonly exitCode = 2;
}

/** An object with these fields and no others; a field that is not known is named, with those that are. */
export function fields<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `there is no '${(issue.keys as string[]).join("', '")}' here; ${known.length === 0 ? 'no fields are known' : `the fields are ${known.join(', ')}`}`
        : 'an object is needed',
  });
}

/** Schemas of numbers. */
const largest = 3.4028234663852886e38;
export const number = z
  .number({ error: 'a finite number is needed' })
  .refine((value) => Math.abs(value) <= largest, {
    error: 'a number that float32 can hold is needed, at most 3.4e38 in size',
  });
export const vector = z
  .array(number, { error: 'a list of numbers is needed' })
  .min(1, { error: 'at least one number is needed' });
export const atLeastZero = number.min(0, { error: 'a number of 0 or more is needed' });

/** A whole number of `least` or more, and of `most` or less. */
export const whole = (what: string, least = 1, most = Number.MAX_SAFE_INTEGER) =>
  z
    .int({ error: `${what} must be a whole number` })
    .min(least, { error: `${what} must be ${least} or more` })
    .max(most, { error: `${what} must be ${most} or less` });
/** A number above 0. */
export const above0 = (what: string) =>
  z
    .number({ error: `${what} must be a number` })
    .max(largest, { error: `${what} must be a number that float32 can hold, at most 3.4e38` })
    .gt(0, { error: `${what} must be above 0` });

/**
 * Checks a value against a schema.
 *
 * @param what the subject of the complaint, as in `The problem cannot be used:`
 * @throws InputError naming every field that is wrong
 */
export function checked<Value>(schema: z.ZodType<Value>, value: unknown, what: string): Value {
  const result = schema.safeParse(value);
  if (!result.success) throw new InputError(`${what} cannot be used:\n${sentences(result.error.issues)}`);
  return result.data;
}

/** Stops where sizes do not fit. @throws InputError with all faults */
export function refuse(faults: Iterable<string>, what: string): void {
  const all = [...faults];
  if (all.length > 0) throw new InputError(`${what} cannot be used:\n${listed(all)}`);
}

/** One line an issue, each with the path of the field. */
export function sentences(issues: readonly z.core.$ZodIssue[]): string {
  return listed(
    issues.map(({ path, message }) => `${path.length === 0 ? '' : `${path.join('.')}: `}${message}.`),
  );
}

/** Complaints that are printed; who has more has made one mistake many times. */
const mostComplaints = 20;

function listed(complaints: readonly string[]): string {
  const more = complaints.length - mostComplaints;
  const shown = complaints.slice(0, mostComplaints).map((one) => `  ${one}`);
  return [...shown, ...(more > 0 ? [`  … and ${more} more.`] : [])].join('\n');
}
