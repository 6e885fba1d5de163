import type { Op } from '../../graph/op.ts';
import { broadcastShapes, type Shape, ShapeError, sameShape, showShape } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { constantIndex } from '../../indexing/index-expression.ts';
import { withOp } from '../define.ts';
import { mapReference } from '../helpers/movement.ts';
import { sum } from '../reduction/sum.ts';
import { reshape } from './reshape.ts';

const op: Op = {
  name: 'broadcast',
  doc: 'broadcastTo(x, shape): x repeated along its axes of size 1; missing leading axes are added first.',
  infer: (inputs, parameters) => ({ shape: parameters.shape as Shape, dtype: inputs[0]!.dtype }),
  reference: ([x], _, result) =>
    mapReference(x!, result.shape, (position) => position.map((c, axis) => (x!.shape[axis] === 1 ? 0 : c))),
  derivative: {
    kind: 'linear',
    slots: [0],
    joint: false,
    transpose: (cotangent, tensor) => {
      const from = tensor.inputs[0]!.shape;
      const axes = from.flatMap((size, axis) => (size === 1 && tensor.shape[axis] !== 1 ? [axis] : []));
      return reshape(sum(cotangent, axes), from);
    },
  },
  batch: ([x], _, parameters, size) => node(op, [x!], { shape: [size, ...(parameters.shape as Shape)] }),
  lower: {
    kind: 'movement',
    coordinates: (output, inputShape) =>
      output.map((c, axis) => (inputShape[axis] === 1 ? constantIndex(0) : c)),
  },
  tolerance: { ulp: 0 },
  cases: [
    { inputs: [{ shape: [3, 1, 4] }], apply: (x) => broadcastTo(x, [3, 5, 4]) },
    { inputs: [{ shape: [4] }], apply: (x) => broadcastTo(x, [2, 3, 4]) },
    { inputs: [{ shape: [] }], apply: (x) => broadcastTo(x, [6]) },
    { inputs: [{ shape: [1, 3] }], apply: (x) => broadcastTo(x, [0, 3]) },
  ],
};

/**
 * `x` stretched to `shape`: axes are aligned at the last one, and those of size 1 (or missing) are repeated.
 */
export const broadcastTo = withOp(op, (x: Tensor, shape: Shape): Tensor => {
  if (sameShape(x.shape, shape)) return x;
  const common = broadcastShapes(x.shape, shape);
  if (common === undefined || !sameShape(common, shape))
    throw new ShapeError(
      `broadcastTo: ${showShape(x.shape)} cannot be stretched to ${showShape(shape)}; only axes of size 1 can be repeated.`,
    );
  const aligned =
    x.shape.length === shape.length
      ? x
      : reshape(x, [...new Array<number>(shape.length - x.shape.length).fill(1), ...x.shape]);
  return sameShape(aligned.shape, shape) ? aligned : node(op, [aligned], { shape });
});
