import type { Op } from '../../graph/op.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import {
  batchImages,
  forEachWindowElement,
  type ImageShape,
  imageOf,
  loopOverContainingWindows,
  poolCases,
  pooledShape,
  poolOf,
  type UnpoolParameters,
} from '../helpers/pools.ts';
import { sumPool } from './sum-pool.ts';

const op: Op = {
  name: 'sumUnpool',
  doc: 'sumUnpool(y): the transpose of sumPool: each element of the image is the sum of y over the windows that contain it.',
  infer: ([y], parameters) => {
    const [images, , , channels] = y!.shape as unknown as ImageShape;
    return { shape: [images, ...imageOf(parameters), channels], dtype: y!.dtype };
  },
  reference: ([y], parameters, { shape }) => {
    const data = new Float64Array(shape.reduce((a, b) => a * b, 1));
    forEachWindowElement(shape as unknown as ImageShape, poolOf(parameters), (window, element) => {
      data[element]! += y!.data[window]!;
    });
    return data;
  },
  derivative: {
    kind: 'linear',
    slots: [0],
    joint: false,
    transpose: (cotangent, { parameters }) => {
      const { window, ...options } = poolOf(parameters);
      return sumPool(cotangent, window, options);
    },
  },
  batch: (inputs, batched, parameters, size) =>
    batchImages(inputs, batched, size, (y) => node(op, [y!], parameters)),
  lower: {
    kind: 'indexed',
    emit: (context) => {
      const { inputs, line, name, parameters, type, value, variable } = context;
      const total = variable(type.text, type.literal(0));
      loopOverContainingWindows(context, inputs[0]!.shape, poolOf(parameters), (at, inside) => {
        line(`if (${inside}) { ${total} += ${value(0, at, inside)}; }`);
      });
      return name(total);
    },
    reads: 'many',
    weight: 16,
    lanes: true,
  },
  tolerance: { ulp: 16, magnitude: true },
  cases: poolCases.map(({ x, pool }) => ({
    inputs: [{ shape: pooledShape(x, pool) }],
    apply: (y: Tensor) => sumUnpool(y, { ...pool, height: x[1], width: x[2] }),
  })),
};

/**
 * One value for each window, y [N, H', W', C], added to every element of [N, height, width, C] that the
 * window contains.
 */
export const sumUnpool = withOp(
  op,
  (y: Tensor, parameters: UnpoolParameters): Tensor => node(op, [y], { ...parameters }),
);
