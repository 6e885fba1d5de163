import type { Decoded, FileDefinition, ImageShape } from '../dataset/types.ts';
import { DatasetError } from '../errors.ts';
import { readIdx } from './idx.ts';
import { readJson } from './json.ts';

/** Two files that belong together. */
export interface IdxPair {
  readonly images: string;
  readonly labels: string;
}

/** Class names as a list, or the path of a JSON file that holds the list. */
export type ClassNames = readonly string[] | { readonly file: string };

/**
 * A reader of one or more pairs, appended in the order given (training part first, then test part).
 *
 * @param pairs - Image files of shape [n, h, w] or [n, h, w, c] and label files of shape [n].
 * @param classNames - Names by label.
 */
export function idxPairs(pairs: readonly IdxPair[], classNames: ClassNames): FileDefinition['read'] {
  return (open) => {
    const parts = pairs.map((pair) => readPair(pair, open));
    const names = 'file' in classNames ? readClassNames(open(classNames.file), classNames.file) : classNames;
    const first = parts[0]!;
    for (const [k, part] of parts.entries()) {
      if (part.shape.slice(1).join() === first.shape.slice(1).join()) continue;
      throw new DatasetError(
        `${pairs[k]!.images} holds images of [${part.shape.slice(1).join(', ')}], but ${pairs[0]!.images} of ` +
          `[${first.shape.slice(1).join(', ')}].`,
      );
    }
    const count = parts.reduce((sum, part) => sum + part.shape[0], 0);
    if (parts.length === 1) return { ...first, classNames: names };
    const images = new Uint8Array(count * first.shape[1] * first.shape[2] * first.shape[3]);
    const labels = new Uint32Array(count);
    let at = 0;
    for (const part of parts) {
      images.set(part.images, (images.length / count) * at);
      labels.set(part.labels, at);
      at += part.shape[0];
    }
    return {
      images,
      labels,
      shape: [count, first.shape[1], first.shape[2], first.shape[3]],
      classNames: names,
    };
  };
}

function readPair(
  pair: IdxPair,
  open: (path: string) => Uint8Array,
): Omit<Decoded, 'classNames'> & { images: Uint8Array } {
  const images = readIdx(open(pair.images), pair.images);
  const labels = readIdx(open(pair.labels), pair.labels);
  const [count, height, width, channels = 1] = images.dimensions;
  if (
    !(images.values instanceof Uint8Array) ||
    count === undefined ||
    height === undefined ||
    width === undefined ||
    images.dimensions.length > 4
  ) {
    throw new DatasetError(`${pair.images} does not hold uint8 images of shape [n, h, w] or [n, h, w, c].`);
  }
  if (labels.dimensions.length !== 1 || labels.dimensions[0] !== count) {
    throw new DatasetError(
      `${pair.labels} has shape [${labels.dimensions.join(', ')}], but ${pair.images} holds ${count} images.`,
    );
  }
  const shape: ImageShape = [count, height, width, channels];
  return { images: images.values, labels: Uint32Array.from(labels.values), shape };
}

/** A JSON array of strings. */
export function readClassNames(bytes: Uint8Array, path: string): readonly string[] {
  const names = readJson(bytes, path);
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    throw new DatasetError(`${path} should hold a JSON array of class names.`);
  }
  return names;
}
