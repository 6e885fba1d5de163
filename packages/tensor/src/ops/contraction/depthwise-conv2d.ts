/** @file Convolution of each channel by a filter of its own. Its transpose by x is the same op with rotated filters; by the filter, a sum over windows. */
import type { Op } from '../../graph/op.ts';
import { elementCount, type Shape, ShapeError, showShape } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { constantIndex, divide, type Index } from '../../indexing/index-expression.ts';
import { multiply } from '../arithmetic/multiply.ts';
import { withOp } from '../define.ts';
import { checkTensor } from '../helpers/check-tensor.ts';
import { longSum } from '../helpers/long-sum.ts';
import {
  forEachWindowElement,
  imageShape,
  loopOverWindow,
  type PoolParameters,
  pooledShape,
  resolvePool,
} from '../helpers/pools.ts';
import type { Padding, WindowOptions } from '../helpers/windows.ts';
import { constant } from '../leaf/constant.ts';
import { flip } from '../movement/flip.ts';
import { pad } from '../movement/pad-slice.ts';
import { reshape } from '../movement/reshape.ts';
import { transpose } from '../movement/transpose.ts';
import { windows } from '../movement/windows.ts';
import { broadcastTo, sum } from '../reduction/sum-broadcast.ts';

interface Parameters {
  readonly padding: Padding;
  /** Whether taps are written out. */
  readonly unrolled: boolean;
}

/** [summed, tasks, height, width, channels] */
type FilterShape = readonly [number, number, number, number, number];

const filterShape = ({ shape }: { readonly shape: Shape }) => shape as FilterShape;

const poolOf = ([, , height, width]: FilterShape, { padding }: Parameters): PoolParameters => ({
  window: [height, width],
  stride: [1, 1],
  padding,
});

/** Zeros that the cotangent of y needs for every x to see all of its windows. */
const outside = ([, , height, width]: FilterShape, { padding }: Parameters): Padding => [
  [height - 1 - padding[0][0], height - 1 - padding[0][1]],
  [width - 1 - padding[1][0], width - 1 - padding[1][1]],
];

/** Arrays [a, b, ...] as [1, a · b, ...]. */
const merged = (tensor: Tensor): Tensor =>
  reshape(tensor, [1, tensor.shape[0]! * tensor.shape[1]!, ...tensor.shape.slice(2)]);

/** The cotangent of the filters: Σ over images and places of windows of x · y. */
function filterGradient(x: Tensor, y: Tensor, filter: Tensor, { padding }: Parameters): Tensor {
  const [summed, tasks, height, width, channels] = filterShape(filter);
  const images = reshape(x, [summed * x.shape[1]!, ...x.shape.slice(2)]);
  const padded = pad(images, [0, padding[0][0], padding[1][0], 0], [0, padding[0][1], padding[1][1], 0]);
  const [perSum, rows, columns] = imageShape(y);
  const repeated = broadcastTo(y, [summed, ...y.shape]);
  const seen = multiply(
    windows(padded, [height, width]),
    reshape(repeated, [summed * perSum, rows, columns, 1, 1, channels]),
  );
  const apart = [summed, tasks, perSum / tasks, rows, columns, height, width, channels];
  return sum(reshape(seen, apart), [2, 3, 4]);
}

const op: Op<Parameters> = {
  name: 'depthwiseConv2d',
  doc: 'depthwiseConv2d(x, filter): y[n,p,q,c] = Σ x[s, n, p + i − top, q + j − left, c] · filter[s, t, i, j, c], zeros outside x; t is the task of image n.',
  infer: ([x, filter], parameters) => {
    const shape = filterShape(filter!);
    const [summed, images, ...image] = x!.shape as readonly [number, number, number, number, number];
    if (images % shape[1] !== 0 || summed !== shape[0] || image[2] !== shape[4])
      throw new ShapeError(
        `depthwiseConv2d: images ${showShape(x!.shape)} do not belong to filters ${showShape(shape)}; every task has the same number of images, and every channel a filter.`,
      );
    return { shape: pooledShape([images, ...image], poolOf(shape, parameters)), dtype: x!.dtype };
  },
  reference: ([x, filter], parameters, { shape }) => {
    const data = new Float64Array(elementCount(shape));
    const [summed, images, height, width, channels] = filterShape(x!);
    const [, tasks, filterHeight, filterWidth] = filterShape(filter!);
    const perImage = elementCount(shape) / Math.max(1, images);
    const [[top], [left]] = parameters.padding;
    const pool = poolOf(filterShape(filter!), parameters);
    forEachWindowElement([images, height, width, channels], pool, (y, element) => {
      const image = Math.floor(y / perImage);
      const place = Math.floor((y % perImage) / channels);
      const [row, column] = [Math.floor(place / shape[2]!), place % shape[2]!];
      const seen = Math.floor(element / channels) % (height * width);
      const i = Math.floor(seen / width) - row + top;
      const j = (seen % width) - column + left;
      for (let s = 0; s < summed; s++) {
        const task = s * tasks + Math.floor((image * tasks) / images);
        const tap = ((task * filterHeight + i) * filterWidth + j) * channels + (y % channels);
        data[y]! += x!.data[s * images * height * width * channels + element]! * filter!.data[tap]!;
      }
    });
    return data;
  },
  derivative: {
    kind: 'linear',
    slots: [0, 1],
    transpose: (cotangent, { inputs, parameters }, slot) => {
      const [x, filter] = inputs as [Tensor, Tensor];
      if (slot === 1) return filterGradient(x, cotangent, filter, parameters);
      // What was summed becomes tasks that see the same images.
      const seen = merged(broadcastTo(cotangent, [x.shape[0]!, ...cotangent.shape]));
      const padding = outside(filterShape(filter), parameters);
      return reshape(depthwise(seen, merged(flip(filter, [2, 3])), { ...parameters, padding }), x.shape);
    },
  },
  // The new axis becomes more images; where each has filters of its own, more tasks.
  batch: ([x, filter], batched, parameters, size) => {
    const all = batched[0] ? x! : broadcastTo(x!, [size, ...x!.shape]);
    const own = batched[1] || filter!.shape[1] !== 1;
    const filters = !own || batched[1] ? filter! : broadcastTo(filter!, [size, ...filter!.shape]);
    const inside = (tensor: Tensor) => {
      const [, summed, count, ...rest] = tensor.shape as FilterShape;
      const order = [1, 0, ...tensor.shape.keys()].filter((axis, k) => k < 2 || axis > 1);
      return reshape(summed === 1 ? tensor : transpose(tensor, order), [summed, size * count, ...rest]);
    };
    const y = depthwise(inside(all), own ? inside(filters) : filters, parameters);
    return reshape(y, [size, y.shape[0]! / size, ...y.shape.slice(1)]);
  },
  lower: {
    kind: 'indexed',
    emit: (context) => {
      const { inputs, line, output, parameters, runtime, text, type, value } = context;
      const shape = filterShape(inputs[1]!);
      const [summed, tasks, height, width] = shape;
      const perTask = output.shape[0]! / tasks;
      const total = longSum(context, summed * height * width);
      // What the guard lets through lies in the image; known to do so, its index needs no arithmetic further on.
      const within = (index: Index, axis: number) =>
        index.min >= 0 && index.max < inputs[0]!.shape[axis]!
          ? index
          : runtime(text(index), inputs[0]!.shape[axis]!);
      const loops = parameters.unrolled ? { ...context, loop: writtenOut } : context;
      loopOverWindow(loops, inputs[0]!.shape.slice(1), poolOf(shape, parameters), (at, inside, [i, j]) => {
        const place = [at[0], within(at[1], 2), within(at[2], 3), at[3]];
        for (let s = 0; s < summed; s++) {
          const own = constantIndex(s);
          const tap = value(1, [own, divide(at[0], perTask), i, j, at[3]]);
          const product = `${value(0, [own, ...place], inside)} * ${tap}`;
          // Chosen, not branched around: invocations side by side seldom agree about the edge.
          line(
            total.add(inside === undefined ? product : `select(${type.literal(0)}, ${product}, ${inside})`),
          );
          total.next();
        }
      });
      return context.name(total.total());
    },
    reads: 'many',
    weight: 24,
    lanes: true,
  },
  tolerance: { ulp: 16, magnitude: true },
  cases: [
    {
      inputs: [{ shape: [2, 5, 4, 3] }, { shape: [3, 3, 3] }],
      apply: (x, filter) => depthwiseConv2d(x, filter, { padding: 1 }),
    },
    {
      inputs: [{ shape: [2, 2, 4, 5, 4] }, { shape: [2, 2, 3, 4] }],
      apply: (x, filter) =>
        depthwiseConv2d(x, filter, {
          padding: [
            [1, 0],
            [2, 2],
          ],
        }),
    },
    {
      inputs: [{ shape: [1, 3, 3, 1] }, { shape: [1, 1, 1] }],
      apply: (x, filter) => depthwiseConv2d(x, filter),
    },
    {
      inputs: [{ shape: [2, 4, 4, 8] }, { shape: [3, 3, 1] }],
      apply: (x, filter) => depthwiseConv2d(x, filter, { padding: 1, unrolled: true }),
    },
    {
      inputs: [{ shape: [3, 2, 4, 3, 4] }, { shape: [3, 2, 2, 1] }],
      apply: (x, filter) => sumOfDepthwiseConv2d(x, filter, { padding: 1 }),
    },
  ],
};

/** A loop whose turns are written one after the other. */
function writtenOut(count: number, body: (counter: Index) => void): void {
  for (let turn = 0; turn < count; turn++) body(constantIndex(turn));
}

/** A node; with nothing to add up, the result is 0. */
function depthwise(x: Tensor, filter: Tensor, parameters: Parameters): Tensor {
  if (elementCount(x.shape) > 0 && elementCount(filter.shape) > 0) return node(op, [x, filter], parameters);
  return broadcastTo(constant(0), op.infer([x, filter], parameters).shape);
}

/** How filters lie over images, and how the code is written. */
export interface DepthwiseOptions extends Pick<WindowOptions, 'padding'> {
  /**
   * Writes out the taps instead of a loop over them: several convolutions of the same images in one kernel then load each element once. On a software
   * adapter such a kernel is compiled for twice as long.
   */
  readonly unrolled?: boolean;
}

/** Channels of x and of filters [..., height, width, C or 1] checked, and what a node is made with. */
function checked(x: Tensor, filter: Tensor, { unrolled = false, ...options }: DepthwiseOptions) {
  const [height, width, count] = filter.shape.slice(-3) as [number, number, number];
  const { padding } = resolvePool('depthwiseConv2d', x, [height, width], { ...options, stride: 1 });
  const channels = x.shape.at(-1)!;
  if (count !== channels && count !== 1)
    throw new ShapeError(
      `depthwiseConv2d: x ${showShape(x.shape)} has ${channels} channels and filter ${showShape(filter.shape)} has ${count}; give every channel a filter, or all channels one.`,
    );
  return { padding, unrolled, channels, size: [height, width] as const };
}

/**
 * Convolution of each channel by a filter of its own (a correlation: the filter is not flipped), every place one by one.
 *
 * @param x images [..., H, W, C], or with a leading task axis where the filters have one
 * @param filter [height, width, C], [height, width, 1] for one filter that all channels share, or one set for each task [T, height, width, C]
 * @param options padding, which adds zeros: less than the filter's size
 * @returns [..., H', W', C]
 */
export const depthwiseConv2d = withOp(
  op,
  (x: Tensor, filter: Tensor, options: DepthwiseOptions = {}): Tensor => {
    checkTensor('depthwiseConv2d', filter, 'its filter');
    const rank = filter.shape.length;
    const tasks = rank === 4 ? filter.shape[0]! : 1;
    if (filter.dtype !== 'f32' || rank < 3 || rank > 4 || (rank === 4 && x.shape[0] !== tasks))
      throw new ShapeError(
        `depthwiseConv2d: x is ${showShape(x.shape)} and its filter is ${filter.dtype}${showShape(filter.shape)}; give f32 [height, width, C], or one set for each task of x, [T, height, width, C].`,
      );
    const { channels, size, ...parameters } = checked(x, filter, options);
    const images = reshape(x, [1, elementCount(x.shape.slice(0, -3)), ...x.shape.slice(-3)]);
    const filters = reshape(filter, [1, tasks, ...size, filter.shape.at(-1)!]);
    const y = depthwise(images, broadcastTo(filters, [1, tasks, ...size, channels]), parameters);
    return reshape(y, [...x.shape.slice(0, -3), ...y.shape.slice(1)]);
  },
);

/**
 * Several sets of images, each through filters of its own, and their sum: Σ_s depthwiseConv2d(x[s], filter[s]) in one loop.
 *
 * @param x [S, N, H, W, C]
 * @param filter [S, height, width, C], or [S, height, width, 1] for one filter that all channels share
 * @returns [N, H', W', C]
 */
export function sumOfDepthwiseConv2d(x: Tensor, filter: Tensor, options: DepthwiseOptions = {}): Tensor {
  checkTensor('sumOfDepthwiseConv2d', filter, 'its filter');
  const [summed] = filter.shape;
  if (x.shape.length !== 5 || filter.shape.length !== 4 || x.shape[0] !== summed)
    throw new ShapeError(
      `sumOfDepthwiseConv2d: x is ${showShape(x.shape)} and its filter is ${showShape(filter.shape)}; give [S, N, H, W, C] and [S, height, width, C].`,
    );
  const { channels, size, ...parameters } = checked(x, filter, options);
  const filters = reshape(filter, [summed!, 1, ...size, filter.shape.at(-1)!]);
  return depthwise(x, broadcastTo(filters, [summed!, 1, ...size, channels]), parameters);
}
