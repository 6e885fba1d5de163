/** @file NumPy archives, through fflate and npyjs, and the arrays of a MedMNIST file. */
import { unzipSync } from 'fflate';
import { parse } from 'npyjs';
import type { FileDefinition } from '../definitions/types.ts';
import { DatasetError } from '../errors.ts';

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
 * @throws DatasetError if one is missing or not uint8 in row-major order.
 */
export function readNpz(
  bytes: Uint8Array,
  path: string,
  names: readonly string[],
): Readonly<Record<string, NpzArray>> {
  const files = unzipSync(bytes, { filter: ({ name }) => names.some((wanted) => name === `${wanted}.npy`) });
  return Object.fromEntries(
    names.map((name) => {
      const file = files[`${name}.npy`];
      if (file === undefined) throw new DatasetError(`${path} holds no array '${name}'.`);
      const array = parse(file.slice().buffer);
      if (!(array.data instanceof Uint8Array) || array.fortranOrder) {
        throw new DatasetError(`Array '${name}' of ${path} is not uint8 in row-major order.`);
      }
      return [name, { shape: array.shape, values: array.data }];
    }),
  );
}

/** A reader of a MedMNIST file: the arrays `train`, `val` and `test` one after the other. */
export function medMnist(path: string, classNames: readonly string[]): FileDefinition['read'] {
  const parts = ['train', 'val', 'test'];
  return (open) => {
    const names = parts.flatMap((part) => [`${part}_images`, `${part}_labels`]);
    const arrays = readNpz(open(path), path, names);
    const images = parts.map((part) => arrays[`${part}_images`]!);
    const labels = parts.map((part) => arrays[`${part}_labels`]!);
    const count = images.reduce((sum, { shape }) => sum + shape[0]!, 0);
    const [, height = 0, width = 0, channels = 1] = images[0]!.shape;
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
