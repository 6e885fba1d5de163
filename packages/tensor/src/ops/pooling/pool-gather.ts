import type { Op } from '../../graph/op.ts';
import { ShapeError, showShape } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { checkIndices } from '../helpers/indices.ts';
import {
  batchImages,
  type ImageCoordinates,
  type ImageShape,
  type PoolParameters,
  poolCases,
  pooledShape,
  poolOf,
} from '../helpers/pools.ts';
import { maxPoolIndex } from './max-pool-index.ts';
import { poolScatter } from './pool-scatter.ts';

const op: Op = {
  name: 'poolGather',
  doc: 'poolGather(x, index): the element of x [N, H, W, C] that index [N, H′, W′, C] names for each window (h · W + w).',
  infer: ([x, index], parameters) => {
    checkIndices('poolGather', index!);
    const shape = pooledShape(x!.shape as unknown as ImageShape, poolOf(parameters));
    if (index!.shape.length !== 4 || shape.some((size, axis) => size !== index!.shape[axis]))
      throw new ShapeError(
        `poolGather: x ${showShape(x!.shape)} has windows ${showShape(shape)}, but the index is ${showShape(index!.shape)}; use the index of the same pool.`,
      );
    return { shape, dtype: x!.dtype };
  },
  reference: ([x, index], _, { shape }) => {
    const [, rows, columns, channels] = shape as unknown as ImageShape;
    const plane = x!.shape[1]! * x!.shape[2]!;
    return index!.data.map((place, i) => {
      const image = Math.floor(i / (rows * columns * channels));
      return place < plane ? x!.data[(image * plane + place) * channels + (i % channels)]! : 0;
    });
  },
  derivative: {
    kind: 'linear',
    slots: [0],
    joint: false,
    transpose: (cotangent, { inputs: [x, index], parameters }) =>
      poolScatter(cotangent, index!, {
        ...poolOf(parameters),
        height: x!.shape[1]!,
        width: x!.shape[2]!,
      }),
  },
  batch: (inputs, batched, parameters, size) =>
    batchImages(inputs, batched, size, (x, index) => node(op, [x!, index!], parameters)),
  lower: {
    kind: 'indexed',
    emit: ({ coordinates, inputs, name, runtime, type, value }) => {
      const [n, row, column, channel] = coordinates as ImageCoordinates;
      const [, height, width] = inputs[0]!.shape as unknown as ImageShape;
      const place = name(value(1, [n, row, column, channel]));
      const inside = name(`${place} < ${height * width}u`);
      const h = runtime(name(`${place} / ${width}u`), height);
      const w = runtime(name(`${place} % ${width}u`), width);
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
  op,
  (x: Tensor, index: Tensor, pool: PoolParameters): Tensor => node(op, [x, index], { ...pool }),
);
