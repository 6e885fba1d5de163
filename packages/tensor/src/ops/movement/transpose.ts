import type { Op } from '../../graph/op.ts';
import { ShapeError, showShape } from '../../graph/shape.ts';
import { isNodeOf, node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { mapReference } from '../helpers/movement.ts';

const inverse = (permutation: readonly number[]) => {
  const result = new Array<number>(permutation.length);
  permutation.forEach((from, to) => {
    result[from] = to;
  });
  return result;
};

const op: Op<{ readonly permutation: readonly number[] }> = {
  name: 'transpose',
  doc: 'transpose(x, permutation): axis k of the result is axis permutation[k] of x.',
  infer: (inputs, { permutation }) => ({
    shape: permutation.map((axis) => inputs[0]!.shape[axis]!),
    dtype: inputs[0]!.dtype,
  }),
  reference: ([x], { permutation }, { shape }) => mapReference(x!, shape, (c) => c, permutation),
  derivative: {
    kind: 'linear',
    slots: [0],
    transpose: (cotangent, { parameters }) => transpose(cotangent, inverse(parameters.permutation)),
  },
  batch: ([x], _, { permutation }) => transpose(x!, [0, ...permutation.map((axis) => axis + 1)]),
  lower: {
    kind: 'movement',
    coordinates: (output, _, { permutation }) => inverse(permutation).map((axis) => output[axis]!),
  },
  tolerance: { ulp: 0 },
  cases: [
    { inputs: [{ shape: [3, 4] }], apply: (x) => transpose(x) },
    { inputs: [{ shape: [2, 3, 4] }], apply: (x) => transpose(x, [2, 0, 1]) },
    { inputs: [{ shape: [0, 3] }], apply: (x) => transpose(x) },
  ],
};

/**
 * Axes in another order; without a permutation the last two are swapped (a matrix transpose, batch axes
 * stay).
 */
export const transpose = withOp(op, (x: Tensor, permutation?: readonly number[]): Tensor => {
  const rank = x.shape.length;
  let order = permutation;
  if (order === undefined) {
    if (rank < 2)
      throw new ShapeError(
        `transpose: ${showShape(x.shape)} has fewer than two axes; there is nothing to swap.`,
      );
    order = Array.from({ length: rank }, (_, axis) =>
      axis < rank - 2 ? axis : axis === rank - 2 ? rank - 1 : rank - 2,
    );
  }
  if ([...order].sort((a, b) => a - b).some((axis, position) => axis !== position) || order.length !== rank)
    throw new ShapeError(
      `transpose: [${order.join(', ')}] is not an order of the ${rank} axes of ${showShape(x.shape)}; name each axis from 0 to ${rank - 1} once.`,
    );
  if (order.every((axis, position) => axis === position)) return x;
  if (isNodeOf(x, op)) {
    const inner = x.parameters.permutation;
    return transpose(
      x.inputs[0]!,
      order.map((axis) => inner[axis]!),
    );
  }
  return node(op, [x], { permutation: [...order] });
});
