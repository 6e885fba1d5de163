import type { Op, OpCase } from '../../graph/op.ts';
import { broadcastShapes, ShapeError, showShape } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { checkTensor } from '../helpers/check-tensor.ts';
import { alignOperands, batchElementwise, type Operand } from '../helpers/elementwise.ts';
import { broadcastTo } from '../reduction/sum-broadcast.ts';

const op: Op = {
  name: 'select',
  doc: 'select(mask, a, b): a where mask ≠ 0, else b. No derivative flows through the mask, nor into the operand not taken.',
  infer: ([mask, a, b]) => {
    if (mask!.dtype !== 'u32')
      throw new TypeError(
        `select: the mask has element type ${mask!.dtype}, but masks are u32, as comparisons give them; compare first, or use cast(mask, 'u32').`,
      );
    if (a!.dtype !== b!.dtype)
      throw new TypeError(
        `select: the two values have element types ${a!.dtype} and ${b!.dtype}; convert one with cast(x, '${a!.dtype}').`,
      );
    return { shape: a!.shape, dtype: a!.dtype };
  },
  reference: ([mask, a, b]) => a!.data.map((value, i) => (mask!.data[i] !== 0 ? value : b!.data[i]!)),
  derivative: {
    kind: 'linear',
    slots: [1, 2],
    joint: true,
    transpose: (cotangent, { inputs: [mask] }, slot) =>
      slot === 1 ? select(mask!, cotangent, 0) : select(mask!, 0, cotangent),
  },
  batch: batchElementwise(() => op),
  lower: {
    kind: 'elementwise',
    expression: ([mask, a, b], _, output) =>
      `select(${b}, ${a}, ${mask} != ${output.width === 4 ? 'vec4<u32>(0u)' : '0u'})`,
    weight: 1,
  },
  tolerance: { ulp: 0 },
  cases: [
    ...[[5, 8], [7], [1, 3, 1], [0, 4]].map(
      (shape): OpCase => ({
        inputs: [{ shape, dtype: 'u32', domain: [0, 1] }, { shape }, { shape }],
        apply: (mask, a, b) => select(mask, a, b),
      }),
    ),
    {
      inputs: [
        { shape: [4], dtype: 'u32', values: [0, 1, 0, 1] },
        { shape: [4], values: [NaN, NaN, Infinity, -Infinity] },
        { shape: [4], values: [1, 2, NaN, NaN] },
      ],
      apply: (mask, a, b) => select(mask, a, b),
      valuesOnly: true,
    },
    {
      inputs: [{ shape: [3, 1], dtype: 'u32', domain: [0, 1] }, { shape: [4] }],
      apply: (mask, a) => select(mask, a, -1),
    },
  ],
};

/** `a` where the mask is not 0, else `b`; all three are stretched to a common shape. */
export const select = withOp(op, (mask: Tensor, a: Operand, b: Operand): Tensor => {
  checkTensor('select', mask, 'its mask');
  const [whenTrue, whenFalse] = alignOperands('select', [a, b]) as [Tensor, Tensor];
  const shape = broadcastShapes(mask.shape, whenTrue.shape);
  if (shape === undefined)
    throw new ShapeError(
      `select: the mask ${showShape(mask.shape)} does not fit the values ${showShape(whenTrue.shape)}; axes must agree from the last one, or be 1.`,
    );
  return node(
    op,
    [mask, whenTrue, whenFalse].map((tensor) => broadcastTo(tensor, shape)),
  );
});
