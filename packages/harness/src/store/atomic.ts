import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes a file so that after a crash at any moment either the whole file is there or none of it: it
 * goes to a temporary file, is flushed to the disk, and the finished file takes its name; then the folder is
 * flushed, so that the name survives a power cut as well.
 *
 * (Packages for atomic writing leave out the folder, or need a newer Node.)
 *
 * @param path the final name; its folder is made if missing
 * @param content the whole, or its parts one after another: a generator of lines is written in bounded memory
 * @param temporaryFolder on the same file system; what a killed run leaves there can be deleted
 */
export function writeFileAtomic(
  path: string,
  content: string | Uint8Array | Iterable<string>,
  temporaryFolder: string,
): void {
  mkdirSync(dirname(path), { recursive: true });
  mkdirSync(temporaryFolder, { recursive: true });
  const temporary = join(temporaryFolder, `${process.pid}-${counter++}.tmp`);
  try {
    const file = openSync(temporary, 'wx');
    try {
      if (typeof content === 'string' || content instanceof Uint8Array) writeWhole(file, content);
      else for (const part of gathered(content)) writeWhole(file, part);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  flushFolder(dirname(path));
}

let counter = 0;

/** One write a mebibyte instead of one a line. */
const partLength = 2 ** 20;

function* gathered(parts: Iterable<string>): Generator<string> {
  let held = '';
  for (const part of parts) {
    held += part;
    if (held.length < partLength) continue;
    yield held;
    held = '';
  }
  yield held;
}

/** Writes all of it: one call of the system may take a part. */
export function writeWhole(file: number, content: string | Uint8Array): void {
  const bytes = Buffer.from(content);
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}

/** Flushes a folder, so that the names in it survive a power cut. */
export function flushFolder(folder: string): void {
  // Windows cannot open folders; there the rename is journalled by the file system.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
