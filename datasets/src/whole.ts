/** @file Numbers that count something, refused before they index a typed array, which would round or drop them in silence. */
import { DatasetError } from './errors.ts';

/** The largest number of elements of an array, 2^32 - 1. */
const MOST = 2 ** 32 - 1;

/**
 * Refuses what is not a whole number in a range.
 *
 * @param what - What is counted, such as `the number of shots`.
 * @throws DatasetError that says what was given.
 */
export function requireWhole(what: string, value: number, least = 0, most = MOST): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const range = most === MOST ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new DatasetError(`${what} is a whole number ${range}, but ${value} was given.`);
}

/**
 * Refuses classes to draw from that a data set does not have, and the same class twice: an image could then be an example
 * of one label and a query of another.
 *
 * @param pool - Class numbers.
 * @param classes - How many classes there are.
 * @param where - Whose classes, such as `'omniglot'`.
 * @throws DatasetError that names the class.
 */
export function requireClasses(pool: Uint32Array, classes: number, where: string): void {
  const seen = new Set<number>();
  for (const label of pool) {
    if (label >= classes)
      throw new DatasetError(
        `Class ${label} was to be drawn from, but ${where} has only the classes 0 to ${classes - 1}.`,
      );
    if (seen.has(label))
      throw new DatasetError(
        `Class ${label} of ${where} stands twice among the classes to draw from: name it once.`,
      );
    seen.add(label);
  }
}
