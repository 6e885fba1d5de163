import type { Op } from '../../graph/op.ts';
import { contiguousStrides, normalizeAxis, ShapeError, showShape } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { checkTensor } from '../helpers/check-tensor.ts';
import { broadcastTo } from '../reduction/sum-broadcast.ts';
import { slice } from './pad-slice.ts';

const op: Op<{ readonly axis: number }> = {
  name: 'concat',
  doc: 'concat(tensors, axis): the tensors one after the other along an axis.',
  infer: (inputs, { axis }) => {
    const first = inputs[0]!;
    for (const [position, input] of inputs.entries()) {
      if (input.dtype !== first.dtype)
        throw new TypeError(
          `concat: tensor ${position} has element type ${input.dtype} and tensor 0 has ${first.dtype}; convert one with cast(x, '${first.dtype}').`,
        );
      if (
        input.shape.length !== first.shape.length ||
        input.shape.some((size, k) => k !== axis && size !== first.shape[k])
      )
        throw new ShapeError(
          `concat: tensor ${position} has shape ${showShape(input.shape)} and tensor 0 has ${showShape(first.shape)}; all axes but axis ${axis} must agree.`,
        );
    }
    const size = inputs.reduce((total, input) => total + input.shape[axis]!, 0);
    return { shape: first.shape.with(axis, size), dtype: first.dtype };
  },
  reference: (inputs, { axis }, result) => {
    const data = new Float64Array(result.shape.reduce((a, b) => a * b, 1));
    const inner = contiguousStrides(result.shape)[axis]!;
    const row = result.shape[axis]! * inner;
    let offset = 0;
    for (const { data: piece, shape } of inputs) {
      const length = shape[axis]! * inner;
      for (let outer = 0; length > 0 && outer * length < piece.length; outer++)
        data.set(piece.subarray(outer * length, (outer + 1) * length), outer * row + offset);
      offset += length;
    }
    return data;
  },
  derivative: {
    kind: 'linear',
    slots: 'all',
    joint: true,
    transpose: (cotangent, { inputs, parameters: { axis } }, slot) => {
      const start = inputs.slice(0, slot).reduce((total, input) => total + input.shape[axis]!, 0);
      const starts = cotangent.shape.map((_, k) => (k === axis ? start : 0));
      return slice(cotangent, starts, cotangent.shape.with(axis, start + inputs[slot]!.shape[axis]!));
    },
  },
  batch: (inputs, batched, { axis }, size) =>
    concat(
      inputs.map((input, slot) => (batched[slot] ? input : broadcastTo(input, [size, ...input.shape]))),
      axis + 1,
    ),
  lower: { kind: 'concat', axis: ({ axis }) => axis },
  tolerance: { ulp: 0 },
  cases: [
    { inputs: [{ shape: [2, 3] }, { shape: [4, 3] }], apply: (a, b) => concat([a, b], 0) },
    {
      inputs: [{ shape: [3, 1] }, { shape: [3, 5] }, { shape: [3, 2] }],
      apply: (a, b, c) => concat([a, b, c], -1),
    },
    { inputs: [{ shape: [2, 0] }, { shape: [2, 3] }], apply: (a, b) => concat([a, b], 1) },
    { inputs: [{ shape: [3] }], apply: (a) => concat([a, a]) },
  ],
};

/** Tensors laid one after the other along `axis` (0 when left out); one tensor alone is returned as it is. */
export const concat = withOp(op, (tensors: readonly Tensor[], axis: number = 0): Tensor => {
  if (tensors.length === 0) throw new ShapeError('concat: the list is empty; give at least one tensor.');
  for (const tensor of tensors) checkTensor('concat', tensor, 'a member of its list');
  const first = tensors[0]!;
  const along = normalizeAxis('concat', axis, first.shape.length);
  return tensors.length === 1 ? first : node(op, tensors, { axis: along });
});
