/** @file Zip archives, through fflate: bounded before anything is decompressed, and with sentences for errors. */
import { type UnzipFileInfo, unzipSync } from 'fflate';
import { DatasetError, reasonOf } from '../errors.ts';

/** Which entries of an archive are wanted, and how many bytes one of them may have. */
export interface Wanted {
  readonly isWanted: (name: string) => boolean;
  /** Largest size of an entry, decompressed; an archive that announces more is refused before memory is taken for it. */
  readonly mostBytes: number;
}

/**
 * Decompresses the wanted entries of a zip archive.
 *
 * @param bytes - The whole archive.
 * @param path - Named in error messages.
 * @throws DatasetError if it is no zip archive, ends early, or an entry is too large or not of the size it announces.
 */
export function unzip(bytes: Uint8Array, path: string, wanted: Wanted): Readonly<Record<string, Uint8Array>> {
  const announced = new Map<string, number>();
  const filter = ({ name, originalSize }: UnzipFileInfo): boolean => {
    if (!wanted.isWanted(name)) return false;
    if (originalSize > wanted.mostBytes) {
      throw new DatasetError(
        `${path} says that '${name}' has ${originalSize} bytes, but at most ${wanted.mostBytes} belong there.`,
      );
    }
    announced.set(name, originalSize);
    return true;
  };
  let files: Readonly<Record<string, Uint8Array>>;
  try {
    files = unzipSync(bytes, { filter });
  } catch (error) {
    if (error instanceof DatasetError) throw error;
    throw new DatasetError(`${path} is not a readable zip archive: ${reasonOf(error)}.`);
  }
  for (const [name, size] of announced) {
    const found = files[name]?.length;
    if (found !== size)
      throw new DatasetError(`${path} says that '${name}' has ${size} bytes, but it has ${found ?? 0}.`);
  }
  return files;
}
