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
 * @param temporaryFolder on the same file system; what a killed run leaves there can be deleted
 */
export function writeFileAtomic(path: string, content: string | Uint8Array, temporaryFolder: string): void {
  mkdirSync(dirname(path), { recursive: true });
  mkdirSync(temporaryFolder, { recursive: true });
  const temporary = join(temporaryFolder, `${process.pid}-${counter++}.tmp`);
  try {
    const file = openSync(temporary, 'wx');
    try {
      const bytes = Buffer.from(content);
      let written = 0;
      while (written < bytes.length) written += writeSync(file, bytes, written);
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
