/**
 * @file What pools share: the walk over a window, the walk over the windows that contain an element, folding
 * of leading axes.
 */

import type { IndexedContext } from '../../graph/lowering.ts';
import { type Shape, ShapeError, showShape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { u32 } from '../../graph/wgsl-numbers.ts';
import { constantIndex, divide, type Index, plus, times } from '../../indexing/index-expression.ts';
import { reshape } from '../movement/reshape.ts';
import { broadcastTo } from '../reduction/sum-broadcast.ts';
import { checkTensor } from './check-tensor.ts';
import {
  asPair,
  type Padding,
  type Pair,
  resolveWindows,
  type WindowOptions,
  windowCount,
} from './windows.ts';

/** The windows of a pooling op. */
export interface PoolParameters {
  readonly window: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
}

/** A pool's parameters with the size of the image, for ops that go back from windows to the image. */
export interface UnpoolParameters extends PoolParameters {
  readonly height: number;
  readonly width: number;
}

/** [images, height, width, channels]. */
export type ImageShape = readonly [number, number, number, number];
export type ImageCoordinates = readonly [Index, Index, Index, Index];

/** The pool alone, without the size of the image. */
export const poolOf = ({ window, stride, padding }: PoolParameters): PoolParameters => ({
  window,
  stride,
  padding,
});

/** The shape of images, which every node of a pool has been given. */
export function imageShape({ shape }: { readonly shape: Shape }): ImageShape {
  const [images, height, width, channels] = shape;
  return [images!, height!, width!, channels!];
}

/** The shape of one value for each window. */
export function pooledShape([images, height, width, channels]: ImageShape, pool: PoolParameters): ImageShape {
  const rows = windowCount(height, pool.window[0], pool.stride[0], pool.padding[0]);
  const columns = windowCount(width, pool.window[1], pool.stride[1], pool.padding[1]);
  return [images, rows, columns, channels];
}

/** What a pool's function was asked for, in full. Every window must see at least one element. */
export function resolvePool(
  asker: string,
  x: Tensor,
  window: number | Pair,
  options: WindowOptions | undefined,
): PoolParameters {
  checkTensor(asker, x);
  if (x.shape.length < 4 || x.dtype !== 'f32')
    throw new ShapeError(
      `${asker}: x is ${x.dtype}${showShape(x.shape)}, but a pool takes f32 images [..., N, H, W, C]; reshape or cast it.`,
    );
  const pair = asPair(window);
  const image = [x.shape.at(-3)!, x.shape.at(-2)!] as const;
  const { stride, padding } = resolveWindows(asker, image, pair, {
    stride: options?.stride ?? pair,
    ...options,
  });
  for (const axis of [0, 1] as const)
    if (padding[axis].some((count) => count >= pair[axis]))
      throw new ShapeError(
        `${asker}: padding ${JSON.stringify(padding)} lets a window of ${pair.join(' × ')} see no element at all; pad less than the window is wide.`,
      );
  return { window: pair, stride, padding };
}

/** Applies an op of [N, H, W, C] to an array with more leading axes. */
export function foldImages(x: Tensor, apply: (images: Tensor) => Tensor): Tensor {
  const inner = x.shape.slice(-3);
  const images = x.shape.slice(0, -3).reduce((a, b) => a * b, 1);
  const y = apply(reshape(x, [images, ...inner]));
  return reshape(y, [...x.shape.slice(0, -3), ...y.shape.slice(1)]);
}

/** The new leading axis becomes more images; an operand without it is repeated. */
export function batchImages(
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
  apply: (...inputs: Tensor[]) => Tensor,
): Tensor {
  const flat = inputs.map((input, slot) => {
    const full = batched[slot] ? input : broadcastTo(input, [size, ...input.shape]);
    return reshape(full, [size * full.shape[1]!, ...full.shape.slice(2)]);
  });
  const result = apply(...flat);
  return reshape(result, [size, result.shape[0]! / size, ...result.shape.slice(1)]);
}

/**
 * Writes a loop over the elements of the window at `coordinates`: `visit` gets an element's place, what says that
 * it exists, and its place in the window.
 */
export function loopOverWindow(
  context: IndexedContext,
  image: Shape,
  { window, stride, padding }: PoolParameters,
  visit: (at: ImageCoordinates, inside: string | undefined, offset: readonly [Index, Index]) => void,
): void {
  const { coordinates, loop, name, output, runtime, text } = context;
  // The window's own place is a number from here on, so that the layers of a network, of other sizes, read by the same sums.
  const [n, row, column] = coordinates
    .slice(0, 3)
    .map((index, axis) => runtime(text(index), output.shape[axis]!)) as [Index, Index, Index];
  const channel = coordinates[3]!;
  const place = (window: Index, step: number, offset: Index, before: number) =>
    plus(plus(times(window, step), offset), constantIndex(-before));
  loop(window[0], (i) => {
    loop(window[1], (j) => {
      const h = place(row, stride[0], i, padding[0][0]);
      const w = place(column, stride[1], j, padding[1][0]);
      // A place before the image is a large unsigned number.
      const guards: string[] = [];
      if (h.min < 0 || h.max >= image[1]!) guards.push(`(${text(h)}) < ${u32(image[1]!)}`);
      if (w.min < 0 || w.max >= image[2]!) guards.push(`(${text(w)}) < ${u32(image[2]!)}`);
      visit([n, h, w, channel], guards.length === 0 ? undefined : name(guards.join(' && ')), [i, j]);
    });
  });
}

/** How many windows contain an element at most. */
export const containingWindows = ({ window, stride }: PoolParameters): number =>
  Math.ceil(window[0] / stride[0]) * Math.ceil(window[1] / stride[1]);

/**
 * Writes a loop over the windows that contain the element at `coordinates`: `visit` gets a window's place and
 * what says that it is one.
 */
export function loopOverContainingWindows(
  context: IndexedContext,
  windows: Shape,
  { window, stride, padding }: PoolParameters,
  visit: (at: ImageCoordinates, inside: string) => void,
): void {
  const { coordinates, loop, name, runtime, text } = context;
  const [n, h, w, channel] = coordinates as ImageCoordinates;
  // What the guard lets through is a window; known to be one, its index needs no arithmetic further on.
  const within = (index: Index, count: number): Index => {
    if (index.min >= 0 && index.max < count) return index;
    return runtime(text(index), count);
  };
  // Counted from the padded edge, place p lies in windows p div stride and before, as far as a window
  // reaches.
  const padded = [plus(h, constantIndex(padding[0][0])), plus(w, constantIndex(padding[1][0]))] as const;
  loop(Math.ceil(window[0] / stride[0]), (a) => {
    loop(Math.ceil(window[1] / stride[1]), (b) => {
      const row = plus(divide(padded[0], stride[0]), times(a, -1));
      const column = plus(divide(padded[1], stride[1]), times(b, -1));
      const reach = (place: Index, index: Index, step: number) => plus(place, times(index, -step));
      const guards = [
        `(${text(row)}) < ${u32(windows[1]!)}`,
        `(${text(column)}) < ${u32(windows[2]!)}`,
        `(${text(reach(padded[0], row, stride[0]))}) < ${u32(window[0])}`,
        `(${text(reach(padded[1], column, stride[1]))}) < ${u32(window[1])}`,
      ];
      visit([n, within(row, windows[1]!), within(column, windows[2]!), channel], name(guards.join(' && ')));
    });
  });
}

/**
 * Calls `visit` with the linear index of each window and of each element inside it, windows in order: the
 * float64 counterpart.
 */
export function forEachWindowElement(
  image: ImageShape,
  pool: PoolParameters,
  visit: (window: number, element: number, place: number) => void,
): void {
  const [images, height, width, channels] = image;
  const [, rows, columns] = pooledShape(image, pool);
  for (let n = 0; n < images; n++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        for (let i = 0; i < pool.window[0]; i++)
          for (let j = 0; j < pool.window[1]; j++) {
            const h = row * pool.stride[0] + i - pool.padding[0][0];
            const w = column * pool.stride[1] + j - pool.padding[1][0];
            if (h < 0 || h >= height || w < 0 || w >= width) continue;
            for (let c = 0; c < channels; c++)
              visit(
                ((n * rows + row) * columns + column) * channels + c,
                ((n * height + h) * width + w) * channels + c,
                h * width + w,
              );
          }
}

const poolCase = (
  x: ImageShape,
  window: Pair,
  stride: Pair,
  padding: Padding = [
    [0, 0],
    [0, 0],
  ],
) => ({ x, pool: { window, stride, padding } });

/** Images and windows that the generated tests of all pools use. */
export const poolCases: readonly { readonly x: ImageShape; readonly pool: PoolParameters }[] = [
  poolCase([2, 4, 4, 3], [2, 2], [2, 2]),
  poolCase(
    [1, 5, 6, 2],
    [3, 2],
    [2, 1],
    [
      [1, 1],
      [0, 1],
    ],
  ),
  poolCase([1, 7, 5, 1], [2, 2], [3, 2]),
  poolCase([1, 1, 1, 2], [1, 1], [1, 1]),
  poolCase([0, 4, 4, 1], [2, 2], [2, 2]),
];
