import type { Op } from '../../graph/op.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { plus, times } from '../../indexing/index-expression.ts';
import { withOp } from '../define.ts';
import {
  batchImages,
  forEachWindowElement,
  imageShape,
  loopOverWindow,
  type PoolParameters,
  poolCases,
  pooledShape,
} from '../helpers/pools.ts';
import { isNan } from '../helpers/wgsl-math.ts';

const op: Op<PoolParameters> = {
  name: 'maxPoolIndex',
  doc: 'maxPoolIndex(x): where in its plane (h · W + w, u32) the largest element of each window is, the first of equals, and NaN above all; derivative none.',
  infer: ([x], pool) => ({ shape: pooledShape(imageShape(x!), pool), dtype: 'u32' }),
  reference: ([x], pool, { shape }) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const best = new Float64Array(count);
    const found = new Uint8Array(count);
    const index = new Float64Array(count);
    forEachWindowElement(imageShape(x!), pool, (window, element, place) => {
      const value = x!.data[element]!;
      if (found[window] === 1 && !(value > best[window]!) && !Number.isNaN(value)) return;
      found[window] = 1;
      best[window] = value;
      index[window] = place;
    });
    return index;
  },
  derivative: { kind: 'none' },
  batch: (inputs, batched, parameters, size) =>
    batchImages(inputs, batched, size, (x) => node(op, [x], parameters)),
  lower: {
    kind: 'indexed',
    emit: (context) => {
      const { inputs, keep, line, name, parameters, text, type, value, variable } = context;
      const image = inputs[0]!.shape;
      const best = variable(
        type.width === 4 ? 'vec4<f32>' : 'f32',
        type.width === 4 ? 'vec4<f32>(0f)' : '0f',
      );
      const index = variable(type.text, type.literal(0));
      const found = variable('bool', 'false');
      loopOverWindow(context, image, parameters, (at, inside) => {
        const element = value(0, at, inside);
        const better = name(
          `(${element} > ${best}) | ${isNan(element, { ...type, dtype: 'f32' })} | ${type.bool}(!${found})`,
        );
        const place = `${type.text}(${text(plus(times(at[1], image[2]!), at[2]))})`;
        const take = `${best} = select(${best}, ${element}, ${better}); ${index} = select(${index}, ${place}, ${better}); ${found} = true;`;
        line(inside === undefined ? take : `if (${inside}) { ${take} }`);
      });
      // Padding is never the largest; a window of nothing else has an element all the same, the first of the plane.
      if (parameters.padding.flat().every((size) => size === 0)) keep(best);
      return name(index);
    },
    reads: 'many',
    weight: 24,
    lanes: true,
  },
  tolerance: { ulp: 0 },
  cases: [
    ...poolCases.map(({ x, pool }) => ({
      inputs: [{ shape: x }],
      apply: (images: Tensor) => maxPoolIndex(images, pool),
    })),
    {
      inputs: [{ shape: [1, 2, 4, 1], values: [1, 1, -2, -1, 1, 1, -1, -3] }],
      apply: (x) => maxPoolIndex(x, poolCases[0]!.pool),
    },
  ],
};

/** Where the largest element of each window of x [N, H, W, C] is: h · W + w, u32 [N, H', W', C]. */
export const maxPoolIndex = withOp(
  op,
  (x: Tensor, pool: PoolParameters): Tensor => node(op, [x], { ...pool }),
);
