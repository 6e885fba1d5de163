/** @file Elements that a pool has chosen, and their way back into the image: each the transpose of the other. */
import type { Op } from '../../graph/op.ts';
import { ShapeError, showShape } from '../../graph/shape.ts';
import { isNodeOf, node, type Tensor } from '../../graph/tensor.ts';
import { u32 } from '../../graph/wgsl-numbers.ts';
import { plus, times } from '../../indexing/index-expression.ts';
import { withOp } from '../define.ts';
import { checkIndices } from '../helpers/indices.ts';
import { longSum } from '../helpers/long-sum.ts';
import {
  batchImages,
  containingWindows,
  type ImageCoordinates,
  imageShape,
  loopOverContainingWindows,
  type PoolParameters,
  poolCases,
  pooledShape,
  poolOf,
  type UnpoolParameters,
} from '../helpers/pools.ts';
import { maxPoolIndex } from './max-pool-index.ts';

const poolGatherOp: Op<PoolParameters> = {
  name: 'poolGather',
  doc: 'poolGather(x, index): the element of x [N, H, W, C] that index [N, H′, W′, C] names for each window (h · W + w).',
  infer: ([x, index], pool) => {
    checkIndices('poolGather', index!);
    const shape = pooledShape(imageShape(x!), pool);
    if (index!.shape.length !== 4 || shape.some((size, axis) => size !== index!.shape[axis]))
      throw new ShapeError(
        `poolGather: x ${showShape(x!.shape)} has windows ${showShape(shape)}, but the index is ${showShape(index!.shape)}; use the index of the same pool.`,
      );
    return { shape, dtype: x!.dtype };
  },
  reference: ([x, index], _, windows) => {
    const [, rows, columns, channels] = imageShape(windows);
    const plane = x!.shape[1]! * x!.shape[2]!;
    return index!.data.map((place, i) => {
      const image = Math.floor(i / (rows * columns * channels));
      return place < plane ? x!.data[(image * plane + place) * channels + (i % channels)]! : 0;
    });
  },
  derivative: {
    kind: 'linear',
    slots: [0],
    transpose: (cotangent, { inputs: [x, index], parameters }) =>
      poolScatter(cotangent, index!, {
        ...poolOf(parameters),
        height: x!.shape[1]!,
        width: x!.shape[2]!,
      }),
  },
  batch: (inputs, batched, parameters, size) =>
    batchImages(inputs, batched, size, (x, index) => node(poolGatherOp, [x!, index!], parameters)),
  lower: {
    kind: 'indexed',
    emit: ({ coordinates, inputs, name, runtime, type, value }) => {
      const [n, row, column, channel] = coordinates as ImageCoordinates;
      const [, height, width] = imageShape(inputs[0]!);
      const place = name(value(1, [n, row, column, channel]));
      const inside = name(`${place} < ${u32(height * width)}`);
      const h = runtime(name(`${place} / ${u32(width)}`), height);
      const w = runtime(name(`${place} % ${u32(width)}`), width);
      return name(`select(${type.literal(0)}, ${value(0, [n, h, w, channel], inside)}, ${inside})`);
    },
    reads: 'once',
    weight: 6,
    // Gathered from where it was found: the largest element itself.
    keptBy: ({ inputs: [x, index] }) =>
      index!.op.name === 'maxPoolIndex' && index!.inputs[0] === x ? 1 : undefined,
  },
  tolerance: { ulp: 0 },
  cases: poolCases.map(({ x, pool }) => ({
    inputs: [{ shape: x }, { shape: x }],
    apply: (images: Tensor, scores: Tensor) => poolGather(images, maxPoolIndex(scores, pool), pool),
  })),
};

/** The elements of x [N, H, W, C] at the places that `maxPoolIndex` of the same pool gave. */
export const poolGather = withOp(
  poolGatherOp,
  (x: Tensor, index: Tensor, pool: PoolParameters): Tensor => node(poolGatherOp, [x, index], { ...pool }),
);

const poolScatterOp: Op<UnpoolParameters> = {
  name: 'poolScatter',
  doc: 'poolScatter(y, index): the transpose of poolGather: each element of the image is the sum of the y that index sends to it.',
  infer: ([y, index], { height, width }) => {
    checkIndices('poolScatter', index!);
    const [images, , , channels] = imageShape(y!);
    return { shape: [images, height, width, channels], dtype: y!.dtype };
  },
  reference: ([y, index], _, image) => {
    const [images, height, width, channels] = imageShape(image);
    const data = new Float64Array(images * height * width * channels);
    const windows = y!.shape[1]! * y!.shape[2]! * channels;
    y!.data.forEach((value, i) => {
      const place = index!.data[i]!;
      if (place < height * width)
        data[(Math.floor(i / windows) * height * width + place) * channels + (i % channels)]! += value;
    });
    return data;
  },
  derivative: {
    kind: 'linear',
    slots: [0],
    transpose: (cotangent, { inputs: [, index], parameters }) =>
      poolGather(cotangent, index!, poolOf(parameters)),
  },
  batch: (inputs, batched, parameters, size) =>
    batchImages(inputs, batched, size, (y, index) => node(poolScatterOp, [y!, index!], parameters)),
  scattered: ({ inputs: [shares, index], parameters }) => {
    // An index that comes from elsewhere, or was only shaped anew, does not say what was pooled.
    if (!isNodeOf(index!, maxPoolIndex.op)) return undefined;
    const source = index.inputs[0]!;
    return {
      shares: shares!,
      source,
      chosen: () => poolGather(source, index, poolOf(parameters)),
      scatter: (others) => node(poolScatterOp, [others, index], parameters),
    };
  },
  lower: {
    kind: 'indexed',
    // Each element looks at the windows that contain it, in a fixed order: no two invocations add to one
    // place.
    emit: (context) => {
      const { coordinates, inputs, line, name, output, parameters, text, type, value } = context;
      const [, h, w] = coordinates as ImageCoordinates;
      const zero = type.literal(0);
      const places = type.width === 4 ? 'vec4<u32>' : 'u32';
      const sum = longSum(context, containingWindows(parameters));
      const own = name(text(plus(times(h, output.shape[2]!), w)));
      loopOverContainingWindows(context, inputs[0]!.shape, parameters, (at, inside) => {
        const here = name(`${value(1, at, inside)} == ${places}(${own})`);
        const share = name(`select(${zero}, ${value(0, at, inside)}, ${here})`);
        line(sum.add(`select(${zero}, ${share}, ${inside})`));
        sum.next();
      });
      return name(sum.total());
    },
    reads: 'many',
    weight: 24,
    lanes: true,
  },
  tolerance: { ulp: 8, magnitude: true },
  cases: poolCases.map(({ x, pool }) => ({
    inputs: [{ shape: pooledShape(x, pool) }, { shape: x }],
    apply: (y: Tensor, scores: Tensor) =>
      poolScatter(y, maxPoolIndex(scores, pool), { ...pool, height: x[1], width: x[2] }),
  })),
};

/**
 * One value for each window, y [N, H', W', C], put back to the places in [N, height, width, C] that
 * `maxPoolIndex` gave.
 */
export const poolScatter = withOp(
  poolScatterOp,
  (y: Tensor, index: Tensor, parameters: UnpoolParameters): Tensor =>
    node(poolScatterOp, [y, index], { ...parameters }),
);
