import type { Op } from '../../graph/op.ts';
import { normalizeAxes } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { constantIndex, plus, times } from '../../indexing/index-expression.ts';
import { withOp } from '../define.ts';
import { mapReference } from '../helpers/movement.ts';

const op: Op<{ readonly axes: readonly number[] }> = {
  name: 'flip',
  doc: 'flip(x, axes): the elements in reverse order along the axes.',
  infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  reference: ([x], { axes }, { shape }) =>
    mapReference(x!, shape, (c, axis) => (axes.includes(axis) ? shape[axis]! - 1 - c : c)),
  derivative: {
    kind: 'linear',
    slots: [0],
    transpose: (cotangent, tensor) => flip(cotangent, tensor.parameters.axes),
  },
  batch: ([x], _, { axes }) =>
    flip(
      x!,
      axes.map((axis) => axis + 1),
    ),
  lower: {
    kind: 'movement',
    coordinates: (output, inputShape, { axes }) =>
      output.map((c, axis) =>
        axes.includes(axis) ? plus(times(c, -1), constantIndex(inputShape[axis]! - 1)) : c,
      ),
  },
  tolerance: { ulp: 0 },
  cases: [
    { inputs: [{ shape: [7] }], apply: (x) => flip(x) },
    { inputs: [{ shape: [3, 4, 2] }], apply: (x) => flip(x, [0, 2]) },
    { inputs: [{ shape: [0, 3] }], apply: (x) => flip(x) },
  ],
};

/** `x` in reverse order along the axes, all of them when left out. */
export const flip = withOp(op, (x: Tensor, axes?: number | readonly number[]): Tensor => {
  const list = normalizeAxes('flip', axes, x.shape.length).filter((axis) => x.shape[axis] !== 1);
  return list.length === 0 ? x : node(op, [x], { axes: list });
});
