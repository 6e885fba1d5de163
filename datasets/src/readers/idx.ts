/**
 * @file The IDX format of MNIST: two zero bytes, a type byte, the number of dimensions, one big-endian uint32 for each
 * dimension, then the values in row-major order, big-endian.
 */
import { DatasetError } from '../errors.ts';

/** Contents of an IDX file. */
export interface IdxArray {
  readonly dimensions: readonly number[];
  readonly values: Uint8Array | Int16Array | Int32Array;
}

const TYPES: Readonly<Record<number, { readonly name: string; readonly bytes: 1 | 2 | 4 }>> = {
  8: { name: 'uint8', bytes: 1 },
  11: { name: 'int16', bytes: 2 },
  12: { name: 'int32', bytes: 4 },
};

/**
 * Reads a decompressed IDX file.
 *
 * @param bytes - The whole file. Byte arrays are not copied: the result is a view of it.
 * @param path - Named in error messages.
 * @throws DatasetError if the header is not IDX, the type is not known, or the length does not fit the header.
 */
export function readIdx(bytes: Uint8Array, path: string): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0) {
    throw new DatasetError(`${path} is not an IDX file: it does not start with two zero bytes.`);
  }
  const type = TYPES[bytes[2]!];
  if (type === undefined) {
    throw new DatasetError(
      `${path} is an IDX file of type 0x${bytes[2]!.toString(16)}; known are ${knownTypes()}.`,
    );
  }
  const rank = bytes[3]!;
  const start = 4 + 4 * rank;
  if (bytes.length < start) throw new DatasetError(`${path} ends within its header of ${start} bytes.`);
  const dimensions = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = dimensions.reduce((product, size) => product * size, 1);
  const expected = start + count * type.bytes;
  if (bytes.length !== expected) {
    throw new DatasetError(
      `${path} says it holds ${type.name} [${dimensions.join(', ')}], which needs ${expected} bytes, ` +
        `but it has ${bytes.length}.`,
    );
  }
  return { dimensions, values: readValues(view, start, count, type.bytes) };
}

function readValues(view: DataView, start: number, count: number, bytes: 1 | 2 | 4): IdxArray['values'] {
  if (bytes === 1) return new Uint8Array(view.buffer, view.byteOffset + start, count);
  if (bytes === 2) return Int16Array.from({ length: count }, (_, i) => view.getInt16(start + 2 * i));
  return Int32Array.from({ length: count }, (_, i) => view.getInt32(start + 4 * i));
}

function knownTypes(): string {
  return Object.entries(TYPES)
    .map(([code, { name }]) => `0x${Number(code).toString(16).padStart(2, '0')} (${name})`)
    .join(', ');
}
