/** @file Sums of windows, and their transpose. */
import type { Op } from '../../graph/op.ts';
import { elementCount } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { longSum } from '../helpers/long-sum.ts';
import {
  batchImages,
  containingWindows,
  foldImages,
  forEachWindowElement,
  imageShape,
  loopOverContainingWindows,
  loopOverWindow,
  type PoolParameters,
  poolCases,
  pooledShape,
  poolOf,
  resolvePool,
  type UnpoolParameters,
} from '../helpers/pools.ts';
import type { Pair, WindowOptions } from '../helpers/windows.ts';

const sumPoolOp: Op<PoolParameters> = {
  name: 'sumPool',
  doc: 'sumPool(x): the sum of each window of x [N, H, W, C], zeros outside.',
  infer: ([x], pool) => ({ shape: pooledShape(imageShape(x!), pool), dtype: x!.dtype }),
  reference: ([x], pool, { shape }) => {
    const data = new Float64Array(elementCount(shape));
    forEachWindowElement(imageShape(x!), pool, (window, element) => {
      data[window]! += x!.data[element]!;
    });
    return data;
  },
  derivative: {
    kind: 'linear',
    slots: [0],
    transpose: (cotangent, { inputs: [x], parameters }) =>
      sumUnpool(cotangent, { ...poolOf(parameters), height: x!.shape[1]!, width: x!.shape[2]! }),
  },
  batch: (inputs, batched, parameters, size) =>
    batchImages(inputs, batched, size, (x) => node(sumPoolOp, [x!], parameters)),
  lower: {
    kind: 'indexed',
    emit: (context) => {
      const { inputs, line, name, parameters, value } = context;
      const sum = longSum(context, parameters.window[0] * parameters.window[1]);
      loopOverWindow(context, inputs[0]!.shape, parameters, (at, inside) => {
        const added = sum.add(value(0, at, inside));
        line(inside === undefined ? added : `if (${inside}) { ${added} }`);
        sum.next();
      });
      return name(sum.total());
    },
    reads: 'many',
    weight: 16,
    lanes: true,
  },
  tolerance: { ulp: 16, magnitude: true },
  cases: poolCases.map(({ x, pool }) => ({
    inputs: [{ shape: x }],
    apply: (images: Tensor) => node(sumPoolOp, [images], { ...pool }),
  })),
};

/**
 * The sum of each window of images [..., H, W, C].
 *
 * @param window size of the window, one number or [height, width]
 * @param options stride (the window's size when left out) and padding, which adds zeros
 */
export const sumPool = withOp(
  sumPoolOp,
  (x: Tensor, window: number | Pair, options?: WindowOptions): Tensor => {
    const pool = resolvePool('sumPool', x, window, options);
    return foldImages(x, (images) => node(sumPoolOp, [images], { ...pool }));
  },
);

const sumUnpoolOp: Op<UnpoolParameters> = {
  name: 'sumUnpool',
  doc: 'sumUnpool(y): the transpose of sumPool: each element of the image is the sum of y over the windows that contain it.',
  infer: ([y], { height, width }) => {
    const [images, , , channels] = imageShape(y!);
    return { shape: [images, height, width, channels], dtype: y!.dtype };
  },
  reference: ([y], pool, image) => {
    const data = new Float64Array(elementCount(image.shape));
    forEachWindowElement(imageShape(image), pool, (window, element) => {
      data[element]! += y!.data[window]!;
    });
    return data;
  },
  derivative: {
    kind: 'linear',
    slots: [0],
    transpose: (cotangent, { parameters }) => {
      const { window, ...options } = poolOf(parameters);
      return sumPool(cotangent, window, options);
    },
  },
  batch: (inputs, batched, parameters, size) =>
    batchImages(inputs, batched, size, (y) => node(sumUnpoolOp, [y!], parameters)),
  lower: {
    kind: 'indexed',
    emit: (context) => {
      const { inputs, line, name, parameters, value } = context;
      const sum = longSum(context, containingWindows(parameters));
      loopOverContainingWindows(context, inputs[0]!.shape, parameters, (at, inside) => {
        line(`if (${inside}) { ${sum.add(value(0, at, inside))} }`);
        sum.next();
      });
      return name(sum.total());
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
  sumUnpoolOp,
  (y: Tensor, parameters: UnpoolParameters): Tensor => node(sumUnpoolOp, [y], { ...parameters }),
);
