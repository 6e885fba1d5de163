/** @file Knowing that a file is the right one, whole, before anything in it is used. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { DataFile } from '../dataset/types.ts';
import { DatasetError, reasonOf } from '../errors.ts';

/** Where no definition says how large a file is decompressed. The training images of MNIST, one of those, have 47 MB. */
const MOST_DECODED_BYTES = 2 ** 28;

/** What is wrong with a file, as the second half of a sentence; undefined when nothing is. */
export type Fault = string | undefined;

/** Lower-case hexadecimal digest. */
export function digest(algorithm: 'sha256' | 'md5', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

/** Where the SHA-256 of a file is kept that no definition knows: beside it, written by its first fetch. */
export function recordedChecksumPath(place: string): string {
  return `${place}.sha256`;
}

/**
 * Compares the bytes of a file with its definition.
 *
 * @param file - What the file should be.
 * @param bytes - What was found.
 * @param recorded - SHA-256 recorded by the first fetch, for files whose definition knows none.
 */
export function faultOf(file: DataFile, bytes: Uint8Array, recorded?: string): Fault {
  const { sha256, download } = file;
  const accepted = [sha256, download?.sha256].filter((sum) => sum !== undefined);
  if (accepted.length === 0 && recorded !== undefined) accepted.push(recorded);
  if (accepted.length > 0) {
    const found = digest('sha256', bytes);
    if (!accepted.includes(found)) {
      return `has SHA-256 ${found} (${bytes.length} bytes) instead of ${accepted.join(' or ')}${sizeHint(file, bytes)}`;
    }
  }
  if (download?.md5 !== undefined) {
    const found = digest('md5', bytes);
    if (found !== download.md5) return `has MD5 ${found} (${bytes.length} bytes) instead of ${download.md5}`;
  }
  return undefined;
}

function sizeHint({ bytes: expected }: DataFile, bytes: Uint8Array): string {
  if (expected === undefined || bytes.length >= expected) return '';
  return `: it ends after ${bytes.length} of ${expected} bytes`;
}

/**
 * Reads a file whole, checks it, and decompresses it if its name ends in `.gz`.
 *
 * @param file - What the file should be.
 * @param place - Where it was found.
 * @throws DatasetError if it is not the right file; nothing of it is used then.
 */
export function readVerified(file: DataFile, place: string): Uint8Array {
  const bytes = readWhole(place);
  const recordedAt = recordedChecksumPath(place);
  const recorded = existsSync(recordedAt) ? readFileSync(recordedAt, 'utf8').trim() : undefined;
  const fault = faultOf(file, bytes, recorded);
  if (fault !== undefined) {
    throw new DatasetError(
      `${place} is not the file it should be: it ${fault}. Delete it and fetch or copy it again; nothing of it was read.`,
    );
  }
  if (!file.path.endsWith('.gz')) return bytes;
  const decoded = decompress(bytes, place, file.decoded?.bytes ?? MOST_DECODED_BYTES);
  if (file.decoded && digest('sha256', decoded) !== file.decoded.sha256) {
    throw new DatasetError(
      `${place} decompresses to other bytes than it should. Delete it and fetch it again.`,
    );
  }
  return decoded;
}

function readWhole(place: string): Uint8Array {
  try {
    return readFileSync(place);
  } catch (error) {
    throw new DatasetError(`${place} cannot be read: ${reasonOf(error)}.`);
  }
}

/** Stops at `most` bytes: a small file can announce, and give, as many as one likes. */
function decompress(bytes: Uint8Array, place: string, most: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: most });
  } catch (error) {
    const isTooLong = error instanceof RangeError;
    throw new DatasetError(
      isTooLong
        ? `${place} decompresses to other bytes than it should: to more than ${most}. Delete it and fetch it again.`
        : `${place} cannot be decompressed: ${reasonOf(error)}. Delete it and fetch it again.`,
    );
  }
}
