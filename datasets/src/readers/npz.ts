/** @file NumPy archives, through fflate and npyjs, and the arrays of a MedMNIST file. */
import { type NpyArray, parse } from 'npyjs';
import type { FileDefinition, ImageShape } from '../dataset/types.ts';
import { DatasetError, reasonOf } from '../errors.ts';
import { unzip } from './zip.ts';

/** Room for the header of an NPY file, which NumPy pads to a multiple of 64 bytes. */
const NPY_HEADER_BYTES = 1024;

/** One array of an archive. */
export interface NpzArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

/**
 * Reads the named uint8 arrays of a NumPy archive.
 *
 * @param bytes - The whole `.npz` file.
 * @param path - Named in error messages.
 * @param names - The arrays wanted; the others are not decompressed.
 * @param mostBytes - Largest size of one array's file.
 * @throws DatasetError if the archive is not readable, or an array is missing, too large, not uint8 in row-major order, or not as long as
 *   its shape says.
 */
export function readNpz(
  bytes: Uint8Array,
  path: string,
  names: readonly string[],
  mostBytes: number,
): Readonly<Record<string, NpzArray>> {
  const isWanted = (file: string): boolean => names.some((name) => file === `${name}.npy`);
  const files = unzip(bytes, path, { isWanted, mostBytes });
  return Object.fromEntries(
    names.map((name) => {
      const file = files[`${name}.npy`];
      if (file === undefined) throw new DatasetError(`${path} holds no array '${name}'.`);
      const { data, shape, dtype, fortranOrder } = parseNpy(file, `Array '${name}' of ${path}`);
      if (!(data instanceof Uint8Array) || dtype !== 'u1' || fortranOrder) {
        throw new DatasetError(`Array '${name}' of ${path} is not uint8 in row-major order.`);
      }
      const isShape = shape.every((size) => Number.isInteger(size) && size >= 0);
      if (!isShape || data.length !== shape.reduce((product, size) => product * size, 1)) {
        throw new DatasetError(
          `Array '${name}' of ${path} says it has shape [${shape.join(', ')}], but it holds ${data.length} values.`,
        );
      }
      return [name, { shape, values: data }];
    }),
  );
}

function parseNpy(file: Uint8Array, what: string): NpyArray {
  try {
    return parse(file.slice().buffer);
  } catch (error) {
    throw new DatasetError(`${what} is not a readable NPY file: ${reasonOf(error)}.`);
  }
}

/**
 * A reader of a MedMNIST file: the arrays `train`, `val` and `test` one after the other.
 *
 * @param shape - Of all images together; no array may be larger.
 */
export function medMnist(
  path: string,
  classNames: readonly string[],
  shape: ImageShape,
): FileDefinition['read'] {
  const parts = ['train', 'val', 'test'];
  const mostBytes = shape.reduce((product, size) => product * size, 1) + NPY_HEADER_BYTES;
  return (open) => {
    const names = parts.flatMap((part) => [`${part}_images`, `${part}_labels`]);
    const arrays = readNpz(open(path), path, names, mostBytes);
    const images = parts.map((part) => arrays[`${part}_images`]!);
    const labels = parts.map((part) => arrays[`${part}_labels`]!);
    const count = images.reduce((sum, one) => sum + (one.shape[0] ?? 0), 0);
    const [, height = 0, width = 0, channels = 1] = images[0]!.shape;
    for (const [k, one] of images.entries()) {
      const right = one.shape.slice(1).join() === images[0]!.shape.slice(1).join() && one.shape.length > 2;
      if (right && labels[k]!.values.length === one.shape[0]) continue;
      throw new DatasetError(
        `Part '${parts[k]}' of ${path} has images of shape [${one.shape.join(', ')}] and ${labels[k]!.values.length} ` +
          `labels: it should have one label an image, and pictures of the size of the part '${parts[0]}'.`,
      );
    }
    const joined = new Uint8Array(count * height * width * channels);
    let at = 0;
    for (const { values } of images) {
      joined.set(values, at);
      at += values.length;
    }
    return {
      images: joined,
      labels: Uint32Array.from(labels.flatMap(({ values }) => [...values])),
      shape: [count, height, width, channels],
      classNames,
    };
  };
}
