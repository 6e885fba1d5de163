/** @file Bringing data sets to a common shape, and turning pictures. */
import type { Dataset, ImageShape } from '../dataset/types.ts';
import { DatasetError } from '../errors.ts';
import { areaAverage } from '../readers/area-average.ts';
import { TURNS } from '../samplers/episodes.ts';

/** The picture size that sets are brought to. */
export interface CommonShape {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/**
 * The same data set with pictures of another size: smaller ones are laid in the middle of black ones, larger ones are
 * reduced by area averages; gray is repeated in three channels, colours are weighed by brightness.
 *
 * @throws DatasetError for a table.
 */
export function toCommonShape(dataset: Dataset, { height, width, channels }: CommonShape): Dataset {
  const { images, shape } = dataset;
  if (!(images instanceof Uint8Array)) {
    throw new DatasetError(
      `'${dataset.name}' does not hold pictures of bytes, so its shape cannot be changed.`,
    );
  }
  const smaller: ImageShape = [shape[0], Math.min(shape[1], height), Math.min(shape[2], width), shape[3]];
  const fits = smaller.join() === shape.join();
  const reduced = fits ? images : areaAverage(images, shape, smaller[1], smaller[2]);
  const coloured = recolour(reduced, shape[3], channels);
  return {
    ...dataset,
    images: padToCentre(coloured, [smaller[0], smaller[1], smaller[2], channels], height, width),
    shape: [shape[0], height, width, channels],
  };
}

/**
 * The data set followed by its pictures turned once, twice and three times by 90° counter-clockwise, each turn being new
 * classes: image `i` turned `r` times is image `r · count + i` of class `r · classes + label`. Pictures must be square.
 */
export function withRotations(dataset: Dataset): Dataset {
  const { images, labels, classes, classNames } = dataset;
  const [count, side, width, channels] = dataset.shape;
  if (side !== width)
    throw new DatasetError(`'${dataset.name}' has pictures of ${side}x${width}: only squares turn.`);
  const turned =
    images instanceof Uint8Array
      ? new Uint8Array(TURNS * images.length)
      : new Float32Array(TURNS * images.length);
  turned.set(images);
  const size = side * side * channels;
  for (let image = count; image < TURNS * count; image += 1) {
    const from = (image - count) * size;
    const to = image * size;
    for (let y = 0; y < side; y += 1) {
      for (let x = 0; x < side; x += 1) {
        for (let channel = 0; channel < channels; channel += 1) {
          turned[to + (y * side + x) * channels + channel] =
            turned[from + (x * side + (side - 1 - y)) * channels + channel]!;
        }
      }
    }
  }
  const turnedOf = Array.from({ length: TURNS }, (_, turns) => turns);
  return {
    ...withoutGroups(dataset),
    images: turned,
    labels: Uint32Array.from(
      turnedOf.flatMap((turns) => Array.from(labels, (label) => turns * classes + label)),
    ),
    shape: [TURNS * count, side, side, channels],
    classes: TURNS * classes,
    classNames: turnedOf.flatMap((turns) =>
      classNames.map((name) => (turns ? `${name}, ${90 * turns} deg` : name)),
    ),
  };
}

function withoutGroups({ groups: _, ...rest }: Dataset): Dataset {
  return rest;
}

function recolour(pixels: Uint8Array, from: number, to: number): Uint8Array {
  if (from === to) return pixels;
  if (from === 1) {
    const out = new Uint8Array(3 * pixels.length);
    for (let i = 0; i < out.length; i += 1) out[i] = pixels[Math.floor(i / 3)]!;
    return out;
  }
  // Brightness by the usual weights, in thousandths: integers, rounded once.
  const out = new Uint8Array(pixels.length / 3);
  for (let i = 0; i < out.length; i += 1) {
    const thousandths = 299 * pixels[3 * i]! + 587 * pixels[3 * i + 1]! + 114 * pixels[3 * i + 2]!;
    out[i] = Math.floor((thousandths + 500) / 1000);
  }
  return out;
}

function padToCentre(pixels: Uint8Array, shape: ImageShape, toHeight: number, toWidth: number): Uint8Array {
  const [count, height, width, channels] = shape;
  if (height === toHeight && width === toWidth) return pixels;
  const out = new Uint8Array(count * toHeight * toWidth * channels);
  const top = Math.floor((toHeight - height) / 2);
  const left = Math.floor((toWidth - width) / 2);
  const row = width * channels;
  for (let image = 0; image < count; image += 1) {
    for (let y = 0; y < height; y += 1) {
      const from = (image * height + y) * row;
      const to = ((image * toHeight + top + y) * toWidth + left) * channels;
      out.set(pixels.subarray(from, from + row), to);
    }
  }
  return out;
}
