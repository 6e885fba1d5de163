import type { Op } from '../../graph/op.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { plus, times } from '../../indexing/index-expression.ts';
import { withOp } from '../define.ts';
import { checkIndices } from '../helpers/indices.ts';
import {
  batchImages,
  type ImageCoordinates,
  type ImageShape,
  imageOf,
  loopOverContainingWindows,
  poolCases,
  pooledShape,
  poolOf,
  type UnpoolParameters,
} from '../helpers/pools.ts';
import { maxPoolIndex } from './max-pool-index.ts';
import { poolGather } from './pool-gather.ts';

const op: Op = {
  name: 'poolScatter',
  doc: 'poolScatter(y, index): the transpose of poolGather: each element of the image is the sum of the y that index sends to it.',
  infer: ([y, index], parameters) => {
    checkIndices('poolScatter', index!);
    const [images, , , channels] = y!.shape as unknown as ImageShape;
    return { shape: [images, ...imageOf(parameters), channels], dtype: y!.dtype };
  },
  reference: ([y, index], _, { shape }) => {
    const [images, height, width, channels] = shape as unknown as ImageShape;
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
    joint: false,
    transpose: (cotangent, { inputs: [, index], parameters }) =>
      poolGather(cotangent, index!, poolOf(parameters)),
  },
  batch: (inputs, batched, parameters, size) =>
    batchImages(inputs, batched, size, (y, index) => node(op, [y!, index!], parameters)),
  lower: {
    kind: 'indexed',
    // Each element looks at the windows that contain it, in a fixed order: no two invocations add to one
    // place.
    emit: (context) => {
      const { coordinates, inputs, line, name, output, parameters, text, type, value, variable } = context;
      const [, h, w] = coordinates as ImageCoordinates;
      const zero = type.literal(0);
      const places = type.width === 4 ? 'vec4<u32>' : 'u32';
      const total = variable(type.text, zero);
      const own = name(text(plus(times(h, output.shape[2]!), w)));
      loopOverContainingWindows(context, inputs[0]!.shape, poolOf(parameters), (at, inside) => {
        const here = name(`${value(1, at, inside)} == ${places}(${own})`);
        const share = name(`select(${zero}, ${value(0, at, inside)}, ${here})`);
        line(`${total} += select(${zero}, ${share}, ${inside});`);
      });
      return name(total);
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
  op,
  (y: Tensor, index: Tensor, parameters: UnpoolParameters): Tensor => node(op, [y, index], { ...parameters }),
);
