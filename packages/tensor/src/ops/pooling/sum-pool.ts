import type { Op } from '../../graph/op.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import {
  batchImages,
  foldImages,
  forEachWindowElement,
  type ImageShape,
  loopOverWindow,
  poolCases,
  pooledShape,
  poolOf,
  resolvePool,
} from '../helpers/pools.ts';
import type { Pair, WindowOptions } from '../helpers/windows.ts';
import { sumUnpool } from './sum-unpool.ts';

const op: Op = {
  name: 'sumPool',
  doc: 'sumPool(x): the sum of each window of x [N, H, W, C], zeros outside.',
  infer: ([x], parameters) => ({
    shape: pooledShape(x!.shape as unknown as ImageShape, poolOf(parameters)),
    dtype: x!.dtype,
  }),
  reference: ([x], parameters, { shape }) => {
    const data = new Float64Array(shape.reduce((a, b) => a * b, 1));
    forEachWindowElement(x!.shape as unknown as ImageShape, poolOf(parameters), (window, element) => {
      data[window]! += x!.data[element]!;
    });
    return data;
  },
  derivative: {
    kind: 'linear',
    slots: [0],
    joint: false,
    transpose: (cotangent, { inputs: [x], parameters }) =>
      sumUnpool(cotangent, { ...poolOf(parameters), height: x!.shape[1]!, width: x!.shape[2]! }),
  },
  batch: (inputs, batched, parameters, size) =>
    batchImages(inputs, batched, size, (x) => node(op, [x!], parameters)),
  lower: {
    kind: 'indexed',
    emit: (context) => {
      const { inputs, line, name, parameters, type, value, variable } = context;
      const total = variable(type.text, type.literal(0));
      loopOverWindow(context, inputs[0]!.shape, poolOf(parameters), (at, inside) => {
        const element = value(0, at, inside);
        line(inside === undefined ? `${total} += ${element};` : `if (${inside}) { ${total} += ${element}; }`);
      });
      return name(total);
    },
    reads: 'many',
    weight: 16,
    lanes: true,
  },
  tolerance: { ulp: 16, magnitude: true },
  cases: poolCases.map(({ x, pool }) => ({
    inputs: [{ shape: x }],
    apply: (images: Tensor) => node(op, [images], { ...pool }),
  })),
};

/**
 * The sum of each window of images [..., H, W, C].
 *
 * @param window size of the window, one number or [height, width]
 * @param options stride (the window's size when left out) and padding, which adds zeros
 */
export const sumPool = withOp(op, (x: Tensor, window: number | Pair, options?: WindowOptions): Tensor => {
  const pool = resolvePool('sumPool', x, window, options);
  return foldImages(x, (images) => node(op, [images], { ...pool }));
});
