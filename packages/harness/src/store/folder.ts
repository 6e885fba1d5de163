import { existsSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { RunError, UsageError } from '../errors.ts';
import { writeFileAtomic } from './atomic.ts';

/** Enough for a few thousand records. */
export const defaultMinimumFreeBytes = 64 * 2 ** 20;

/**
 * Makes sure that results can be kept before anything is measured: the folder is made, a file is written,
 * flushed, renamed and removed, and the free space is looked at.
 *
 * @throws UsageError saying what stands in the way and what to do
 */
export function checkOutputFolder(folder: string, minimumFreeBytes = defaultMinimumFreeBytes): void {
  if (folder === '')
    throw new UsageError(
      'Results cannot be written to a folder without a name. Give one with --out. Nothing was measured.',
    );
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    // The probe as well: writing a file makes its folder recursively.
    makeFolder(probe);
    writeFileAtomic(join(probe, 'written'), 'probe', probe);
    rmSync(probe, { recursive: true });
  } catch (error) {
    throw new UsageError(`Results cannot be written to ${folder}: ${explain(error)} Nothing was measured.`);
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free < minimumFreeBytes) {
    throw new UsageError(
      `Results cannot be written to ${folder}: ${mebibytes(free)} MiB are free and at least ` +
        `${mebibytes(minimumFreeBytes)} MiB are wanted. Free some space or give another folder with --out. ` +
        'Nothing was measured.',
    );
  }
}

/** Makes a folder and those above it. One level at a time: Node 20's recursive mkdir never returns in places like /proc. */
function makeFolder(path: string): void {
  const folder = resolve(path);
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another shard may have made it in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Does something that writes to a folder which was found fit before.
 *
 * @throws RunError in place of what the system says: the disk may fill up or be taken away in the meantime
 */
export function writing<Result>(folder: string, what: string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new RunError(
      `${what} cannot be written to ${folder}: ${explain(error)} Everything finished before is kept, and the same command goes on from there.`,
    );
  }
}

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'you may not write there. Change its permissions or give another folder with --out.';
    case 'EROFS':
      return 'the file system is read-only. Give another folder with --out.';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'there is no space left. Free some or give another folder with --out.';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a file is in the way. Give another folder with --out.';
    default:
      return `${message}. Give another folder with --out.`;
  }
}

function mebibytes(bytes: number): string {
  return Math.floor(bytes / 2 ** 20).toLocaleString('en');
}
