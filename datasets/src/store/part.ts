/**
 * @file The files of a download on the disk. A link in the place of one is refused, not followed: a download writes into files of its own
 * and into no others.
 */
import { closeSync, constants, fsyncSync, lstatSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatasetError, reasonOf } from '../errors.ts';

/** Windows has no such flag; there `lengthOfPart` is the check. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const CREATE = constants.O_WRONLY | constants.O_CREAT | NO_FOLLOW;

/** Makes the folder that a file goes to, and refuses a place where a folder stands already. */
export function prepareFolder(place: string): void {
  try {
    mkdirSync(dirname(place), { recursive: true });
  } catch (error) {
    throw new DatasetError(
      `${dirname(place)} cannot be made: ${reasonOf(error)}. Set LONGHORIZON_CACHE to a folder that can be written to.`,
    );
  }
  if (lstatSync(place, { throwIfNoEntry: false })?.isDirectory())
    throw new DatasetError(`${place} is a folder, where a file should be: move it away.`);
}

/**
 * How many bytes an earlier try left; none where there was none.
 *
 * @throws DatasetError where something else than a file stands in the place
 */
export function lengthOfPart(part: string): number {
  const found = lstatSync(part, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (found.isFile()) return found.size;
  throw new DatasetError(
    `${part} is ${found.isSymbolicLink() ? 'a link' : 'no file'}, where the bytes of a download go: remove it.`,
  );
}

/** Opens a part to be gone on with, or to be written anew. */
export function openPart(part: string, goOn: boolean): number {
  return writing(part, () => openSync(part, CREATE | (goOn ? constants.O_APPEND : constants.O_TRUNC), 0o644));
}

/** Closes a part with its bytes on the disk. */
export function closePart(handle: number): void {
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Writes a small text beside the file. */
export function writeRecord(place: string, text: string): void {
  writing(place, () => {
    const handle = openSync(place, CREATE | constants.O_TRUNC, 0o644);
    try {
      writeFileSync(handle, text);
    } finally {
      closeSync(handle);
    }
  });
}

function writing<Result>(place: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw new DatasetError(`${place} cannot be written: ${reasonOf(error)}.`);
  }
}
