import { DatasetError, reasonOf } from '../errors.ts';

/**
 * Reads JSON in UTF-8.
 *
 * @param path - Named in error messages.
 * @throws DatasetError if the bytes are not UTF-8 or not JSON.
 */
export function readJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new DatasetError(`${path} is not readable JSON: ${reasonOf(error)}.`);
  }
}
