import type { Op } from '../../graph/op.ts';
import { elementCount, type Shape, ShapeError, sameShape, showShape } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { delinearize, linearize } from '../../indexing/index-expression.ts';
import { withOp } from '../define.ts';

const op: Op<{ readonly shape: Shape }> = {
  name: 'reshape',
  doc: 'reshape(x, shape): the same elements in row-major order under another shape.',
  infer: (inputs, { shape }) => ({ shape, dtype: inputs[0]!.dtype }),
  reference: ([x]) => x!.data.slice(),
  derivative: {
    kind: 'linear',
    slots: [0],
    transpose: (cotangent, tensor) => reshape(cotangent, tensor.inputs[0]!.shape),
  },
  batch: ([x], _, { shape }, size) => reshape(x!, [size, ...shape]),
  lower: {
    kind: 'movement',
    coordinates: (output, inputShape, _, outputShape) =>
      delinearize(linearize(output, outputShape), inputShape),
  },
  tolerance: { ulp: 0 },
  cases: [
    { inputs: [{ shape: [4, 6] }], apply: (x) => reshape(x, [3, 8]) },
    { inputs: [{ shape: [1] }], apply: (x) => reshape(x, []) },
    { inputs: [{ shape: [0, 3] }], apply: (x) => reshape(x, [3, 0, 2]) },
  ],
};

/** `x` under another shape with as many elements; one size may be −1 and is worked out. */
export const reshape = withOp(op, (x: Tensor, shape: Shape): Tensor => {
  const known = shape.filter((size) => size !== -1);
  const whole = elementCount(x.shape);
  const resolved =
    known.length === shape.length
      ? shape
      : shape.map((size) => (size === -1 ? whole / elementCount(known) : size));
  if (
    shape.length - known.length > 1 ||
    elementCount(resolved) !== whole ||
    resolved.some((size) => !Number.isInteger(size) || size < 0)
  )
    throw new ShapeError(
      `reshape: ${showShape(x.shape)} has ${whole} elements and cannot take the shape ${showShape(shape)}; the products of the axis sizes must agree.`,
    );
  if (sameShape(resolved, x.shape)) return x;
  // A reshape of a reshape is one reshape.
  if (x.op === op) return reshape(x.inputs[0]!, resolved);
  return node(op, [x], { shape: [...resolved] });
});
