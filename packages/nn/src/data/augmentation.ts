/**
 * @file Augmentation on the device: each image is moved and mirrored by numbers that belong to a key, so the same key gives the
 * same images on every adapter.
 *
 * Source of the recipe (pad by 4, crop, flip, then normalise): He, Zhang, Ren and Sun, "Deep residual learning for image
 * recognition" (CVPR 2016), section 4.2.
 */
import {
  add,
  array,
  bernoulli,
  bitwiseAnd,
  broadcastTo,
  constant,
  foldIn,
  gather,
  iota,
  less,
  multiply,
  randomIntegers,
  reshape,
  ShapeError,
  select,
  subtract,
  type Tensor,
} from '@longhorizon/tensor';
import { showShape } from '@longhorizon/tensor/compiler';

/** How an image is padded before a random crop. */
export interface CropOptions {
  /** Pixels added on each side before the crop. */
  readonly padding: number;
  /** What they hold: 0 (`zero`, the default), or the image mirrored at its edge pixels (`reflect`). */
  readonly border?: 'zero' | 'reflect';
}

/** An index that `gather` answers with 0. */
const OUTSIDE = 0xffffffff;

function sizesOf(asker: string, images: Tensor): readonly [number, number, number, number] {
  if (images.shape.length !== 4)
    throw new ShapeError(
      `${asker}: ${showShape(images.shape)} are not images [N, H, W, C]; use vmap over further axes.`,
    );
  return images.shape as readonly [number, number, number, number];
}

/** One of 0 … 2·padding for each image, [N, 1, 1]. */
const offsets = (key: Tensor, axis: string, images: number, padding: number): Tensor =>
  reshape(randomIntegers(foldIn(key, 0, axis), [images], 2 * padding + 1), [images, 1, 1]);

/** Where along an axis a pixel of the crop comes from, and whether that is inside. Positions count from the padding's start. */
function source(position: Tensor, size: number, padding: number, border: 'zero' | 'reflect') {
  const index = subtract(position, padding);
  // Before the first pixel the unsigned difference wraps around and is large.
  const inside = less(index, size);
  if (border === 'zero') return { index, inside };
  const before = subtract(padding, position);
  const after = subtract(2 * (size - 1) + padding, position);
  return {
    index: select(inside, index, select(less(position, padding), before, after)),
    inside: broadcastTo(constant(1, 'u32'), inside.shape),
  };
}

/**
 * Each image padded and cut out again at a random place.
 *
 * @param images [N, H, W, C]
 * @param key u32 [2], used for nothing else
 */
export function randomCrop(images: Tensor, key: Tensor, { padding, border = 'zero' }: CropOptions): Tensor {
  const [count, height, width] = sizesOf('randomCrop', images);
  if (
    !Number.isInteger(padding) ||
    padding < 0 ||
    (border === 'reflect' && padding >= Math.min(height, width))
  )
    throw new RangeError(
      `randomCrop: a padding of ${padding} was asked for ${height} × ${width} images; give a whole number of 0 or more, and for 'reflect' one below their size.`,
    );
  if (padding === 0) return images;
  const [top, left] = [offsets(key, 'row', count, padding), offsets(key, 'column', count, padding)];
  return cropAt(images, top, left, { padding, border });
}

/**
 * Each image padded and cut out again at a place of its own.
 *
 * @param images [N, H, W, C]
 * @param top u32 [N] or [N, 1, 1], rows of the padded image that are left out above: 0 … 2·padding; the same for `left`
 */
export function cropAt(
  images: Tensor,
  top: Tensor,
  left: Tensor,
  { padding, border = 'zero' }: CropOptions,
): Tensor {
  const [count, height, width, channels] = sizesOf('cropAt', images);
  const shape = [count, height, width];
  const each = (offset: Tensor) => reshape(offset, [count, 1, 1]);
  const rows = source(add(iota(shape, 1), each(top)), height, padding, border);
  const columns = source(add(iota(shape, 2), each(left)), width, padding, border);
  const pixel = add(multiply(rows.index, width), columns.index);
  const found = select(bitwiseAnd(rows.inside, columns.inside), pixel, OUTSIDE);
  return takePixels(images, found, [count, height, width, channels]);
}

/** Each image mirrored left to right with probability one half. See `randomCrop`. */
export function randomFlip(images: Tensor, key: Tensor): Tensor {
  const [count] = sizesOf('randomFlip', images);
  return flipWhere(images, bernoulli(foldIn(key, 0, 'flip'), 0.5, [count]));
}

/**
 * Some images mirrored left to right.
 *
 * @param images [N, H, W, C]
 * @param mirror u32 [N], 1 for those that are
 */
export function flipWhere(images: Tensor, mirror: Tensor): Tensor {
  const [count, height, width, channels] = sizesOf('flipWhere', images);
  const mirrored = reshape(mirror, [count, 1, 1]);
  const shape = [count, height, width];
  const column = iota(shape, 2);
  const from = select(mirrored, subtract(width - 1, column), column);
  return takePixels(images, add(multiply(iota(shape, 1), width), from), [count, height, width, channels]);
}

function takePixels(
  images: Tensor,
  pixels: Tensor,
  [count, height, width, channels]: readonly [number, number, number, number],
): Tensor {
  const flat = reshape(images, [count, height * width, channels]);
  const taken = gather(flat, reshape(pixels, [count, height * width]), 1, { batched: true });
  return reshape(taken, [count, height, width, channels]);
}

/** The mean and deviation that images are normalised by. */
export interface NormalisationOptions {
  /** Of each channel, or one for all, in units of the scaled images. */
  readonly mean: number | readonly number[];
  readonly deviation: number | readonly number[];
  /** What images are multiplied by first: 1/255 when left out, for bytes. */
  readonly scale?: number;
}

/** (x · scale − mean) / deviation, by channel: one multiplication and one addition. Images [..., C]. */
export function normalise(
  images: Tensor,
  { mean, deviation, scale = 1 / 255 }: NormalisationOptions,
): Tensor {
  const channels = images.shape.at(-1)!;
  const perChannel = (name: string, value: number | readonly number[]): readonly number[] => {
    const list = typeof value === 'number' ? new Array<number>(channels).fill(value) : value;
    if (list.length !== channels)
      throw new ShapeError(
        `normalise: ${list.length} numbers were given as ${name} for images of ${channels} channels; give one for each, or one for all.`,
      );
    return list;
  };
  const means = perChannel('mean', mean);
  const deviations = perChannel('deviation', deviation);
  const asOperand = (list: readonly number[]) =>
    list.every((value) => value === list[0]) ? list[0]! : array(list, [channels]);
  return add(
    multiply(images, asOperand(deviations.map((one) => scale / one))),
    asOperand(means.map((one, channel) => -one / deviations[channel]!)),
  );
}
