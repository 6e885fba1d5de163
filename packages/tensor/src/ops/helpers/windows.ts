/** @file Strides, paddings and sizes of windows that move over images: convolutions and pools. */
import { ShapeError } from '../../graph/shape.ts';

/** Two sizes: down and across. */
export type Pair = readonly [number, number];

/** [[top, bottom], [left, right]]. */
export type Padding = readonly [Pair, Pair];

/**
 * - `valid`: no padding;
 * - `same`: zeros so that the result has ⌈size / stride⌉ elements, the odd one after the end;
 * - a number: as many on each side;
 * - pairs.
 */
export type PaddingChoice = 'same' | 'valid' | number | Padding;

/** How windows lie over an image: stride and padding. */
export interface WindowOptions {
  /** Distance between windows, down and across; 1 when left out. */
  readonly stride?: number | Pair;
  /** `valid` when left out. */
  readonly padding?: PaddingChoice;
}

/** Windows along one axis: how many fit. */
export const windowCount = (size: number, window: number, stride: number, [before, after]: Pair): number =>
  Math.floor((size + before + after - window) / stride) + 1;

export const asPair = (value: number | Pair): Pair =>
  typeof value === 'number' ? [value, value] : [value[0], value[1]];

function samePadding(size: number, window: number, stride: number): Pair {
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + window - size);
  return [Math.floor(total / 2), total - Math.floor(total / 2)];
}

/** Stride and padding in full, checked against the sizes of image and window (height, width). */
export function resolveWindows(asker: string, image: Pair, window: Pair, options: WindowOptions = {}) {
  const stride = asPair(options.stride ?? 1);
  if (stride.some((step) => !Number.isInteger(step) || step < 1))
    throw new ShapeError(
      `${asker}: a stride of [${stride.join(', ')}] was asked for; strides are whole numbers from 1.`,
    );
  const choice = options.padding ?? 'valid';
  let padding: Padding;
  if (choice === 'valid')
    padding = [
      [0, 0],
      [0, 0],
    ];
  else if (choice === 'same')
    padding = [samePadding(image[0], window[0], stride[0]), samePadding(image[1], window[1], stride[1])];
  else if (typeof choice === 'number') padding = [asPair(choice), asPair(choice)];
  else padding = [asPair(choice[0]), asPair(choice[1])];
  if (padding.flat().some((count) => !Number.isInteger(count) || count < 0))
    throw new ShapeError(
      `${asker}: a padding of ${JSON.stringify(padding)} was asked for; paddings are whole numbers from 0 (slice cuts).`,
    );
  for (const axis of [0, 1] as const)
    if (window[axis] < 1 || windowCount(image[axis], window[axis], stride[axis], padding[axis]) < 1)
      throw new ShapeError(
        `${asker}: a window of ${window.join(' × ')} does not fit an image of ${image.join(' × ')} with padding ${JSON.stringify(padding)}; use a smaller window or more padding.`,
      );
  return { stride, padding };
}
