import type { Op } from '../../graph/op.ts';
import { type Shape, ShapeError, sameShape, showShape } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { constantIndex, plus, times } from '../../indexing/index-expression.ts';
import { withOp } from '../define.ts';
import { mapReference } from '../helpers/movement.ts';
import { pad } from './pad.ts';

type Numbers = readonly number[];

const sizesOf = (starts: Numbers, limits: Numbers, strides: Numbers) =>
  starts.map((start, axis) => Math.ceil((limits[axis]! - start) / strides[axis]!));

const op: Op = {
  name: 'slice',
  doc: 'slice(x, starts, limits, strides): elements start, start + stride, … below limit along each axis.',
  infer: ([x], { starts, limits, strides }) => ({
    shape: sizesOf(starts as Numbers, limits as Numbers, strides as Numbers),
    dtype: x!.dtype,
  }),
  reference: ([x], parameters, result) => {
    const starts = parameters.starts as Numbers;
    const strides = parameters.strides as Numbers;
    return mapReference(x!, result.shape, (position) =>
      position.map((c, axis) => starts[axis]! + c * strides[axis]!),
    );
  },
  derivative: {
    kind: 'linear',
    slots: [0],
    joint: false,
    transpose: (cotangent, { inputs: [x], parameters, shape }) => {
      const starts = parameters.starts as Numbers;
      const strides = parameters.strides as Numbers;
      const high = shape.map((size, axis) => {
        const covered = size === 0 ? 0 : (size - 1) * strides[axis]! + 1;
        return x!.shape[axis]! - starts[axis]! - covered;
      });
      return pad(
        cotangent,
        starts,
        high,
        strides.map((stride) => stride - 1),
      );
    },
  },
  batch: ([x], _, parameters, size) =>
    slice(
      x!,
      [0, ...(parameters.starts as Numbers)],
      [size, ...(parameters.limits as Numbers)],
      [1, ...(parameters.strides as Numbers)],
    ),
  lower: {
    kind: 'movement',
    coordinates: (output, _, parameters) =>
      output.map((c, axis) =>
        plus(
          times(c, (parameters.strides as Numbers)[axis]!),
          constantIndex((parameters.starts as Numbers)[axis]!),
        ),
      ),
  },
  tolerance: { ulp: 0 },
  cases: [
    { inputs: [{ shape: [5, 6] }], apply: (x) => slice(x, [1, 0], [4, 6]) },
    { inputs: [{ shape: [11] }], apply: (x) => slice(x, [2], [11], [3]) },
    { inputs: [{ shape: [4, 7] }], apply: (x) => slice(x, [0, 1], [4, 6], [2, 2]) },
    { inputs: [{ shape: [4, 3] }], apply: (x) => slice(x, [2, 0], [2, 3]) },
    { inputs: [{ shape: [9] }], apply: (x) => slice(slice(x, [1], [9], [2]), [1], [4], [2]) },
  ],
};

/**
 * A part of `x`.
 *
 * @param starts first index along each axis
 * @param limits index after the last, along each axis
 * @param strides distance between elements taken, 1 when left out
 */
export const slice = withOp(op, (x: Tensor, starts: Shape, limits: Shape, strides?: Shape): Tensor => {
  const steps = strides ?? x.shape.map(() => 1);
  const fits =
    [starts, limits, steps].every((list) => list.length === x.shape.length) &&
    x.shape.every((size, axis) => {
      const [start, limit, step] = [starts[axis]!, limits[axis]!, steps[axis]!];
      return (
        [start, limit, step].every(Number.isInteger) &&
        0 <= start &&
        start <= limit &&
        limit <= size &&
        step >= 1
      );
    });
  if (!fits)
    throw new ShapeError(
      `slice: ${showShape(starts)} to ${showShape(limits)} in steps of ${showShape(steps)} is not a part of ${showShape(x.shape)}; give one start, limit and step for each axis, with 0 ≤ start ≤ limit ≤ size.`,
    );
  if (sameShape(sizesOf(starts, limits, steps), x.shape)) return x;
  if (x.op === op) {
    const outer = x.parameters as { starts: Numbers; strides: Numbers };
    const place = (index: number, axis: number) => outer.starts[axis]! + index * outer.strides[axis]!;
    const inner = x.inputs[0]!;
    // The limit is put right behind the last element taken, as the outer slice may end before its own limit.
    const sizes = sizesOf(starts, limits, steps);
    const ends = sizes.map((size, axis) =>
      size === 0 ? place(starts[axis]!, axis) : place(starts[axis]! + (size - 1) * steps[axis]!, axis) + 1,
    );
    const begins = sizes.map((size, axis) =>
      size === 0 ? Math.min(ends[axis]!, inner.shape[axis]!) : place(starts[axis]!, axis),
    );
    return slice(
      inner,
      begins,
      ends.map((end, axis) => Math.min(end, inner.shape[axis]!)),
      steps.map((step, axis) => step * outer.strides[axis]!),
    );
  }
  return node(op, [x], { starts: [...starts], limits: [...limits], strides: [...steps] });
});
