/** @file Sums along axes and repetition along axes, each the transpose of the other. */
import type { Op } from '../../graph/op.ts';
import {
  broadcastShapes,
  normalizeAxes,
  type Shape,
  ShapeError,
  sameShape,
  showShape,
} from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { constantIndex } from '../../indexing/index-expression.ts';
import { withOp } from '../define.ts';
import { mapReference } from '../helpers/movement.ts';
import {
  batchReduction,
  inferReduction,
  keptShape,
  type ReductionParameters,
  reductionCases,
  referenceReduction,
} from '../helpers/reduction.ts';
import { reshape } from '../movement/reshape.ts';

const sumOp: Op<ReductionParameters> = {
  name: 'sum',
  doc: 'sum(x, axes): Σ x along axes, in a fixed order (strided partial sums in blocks, then a tree); 0 where an axis is empty.',
  infer: inferReduction('sum', ['f32', 'i32', 'u32']),
  reference: referenceReduction((a, b) => a + b, 0),
  derivative: {
    kind: 'linear',
    slots: [0],
    transpose: (cotangent, tensor) => {
      const shape = tensor.inputs[0]!.shape;
      return broadcastTo(reshape(cotangent, keptShape(shape, tensor.parameters.axes)), shape);
    },
  },
  batch: batchReduction(() => sumOp),
  lower: {
    kind: 'reduction',
    combine: (a, b) => `${a} + ${b}`,
    initial: 0,
    rounds: true,
    axes: ({ axes }) => axes,
  },
  tolerance: { ulp: 32, magnitude: true },
  cases: reductionCases((x, axes) => sum(x, axes)),
};

/**
 * Sum along axes.
 *
 * @param axes all axes when left out; negative ones count from the last
 * @param options.keep keeps the summed axes with size 1
 *
 * @example
 * ```ts
 * import { array, evaluate, sum } from '@longhorizon/tensor';
 *
 * const x = array([1, 2, 3, 4, 5, 6], [2, 3]);
 * const [all, rows] = evaluate([sum(x), sum(x, 1, { keep: true })]);
 * console.assert(all!.data[0] === 21 && String(rows!.data) === '6,15' && String(rows!.shape) === '2,1');
 * ```
 */
export const sum = withOp(
  sumOp,
  (x: Tensor, axes?: number | readonly number[], options?: { keep?: boolean }): Tensor => {
    const list = normalizeAxes('sum', axes, x.shape.length);
    // Along axes of size 1 there is nothing to add.
    const long = list.filter((axis) => x.shape[axis] !== 1);
    const kept = keptShape(x.shape, list);
    const shape = options?.keep ? kept : x.shape.filter((_, axis) => !list.includes(axis));
    if (long.length === 0) return reshape(x, shape);
    return reshape(node(sumOp, [x], { axes: long }), shape);
  },
);

const broadcastOp: Op<{ readonly shape: Shape }> = {
  name: 'broadcast',
  doc: 'broadcastTo(x, shape): x repeated along its axes of size 1; missing leading axes are added first.',
  infer: (inputs, { shape }) => ({ shape, dtype: inputs[0]!.dtype }),
  reference: ([x], _, result) => mapReference(x!, result.shape, (c, axis) => (x!.shape[axis] === 1 ? 0 : c)),
  derivative: {
    kind: 'linear',
    slots: [0],
    transpose: (cotangent, tensor) => {
      const from = tensor.inputs[0]!.shape;
      const axes = from.flatMap((size, axis) => (size === 1 && tensor.shape[axis] !== 1 ? [axis] : []));
      return reshape(sum(cotangent, axes), from);
    },
  },
  batch: ([x], _, { shape }, size) => node(broadcastOp, [x!], { shape: [size, ...shape] }),
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
export const broadcastTo = withOp(broadcastOp, (x: Tensor, shape: Shape): Tensor => {
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
  return sameShape(aligned.shape, shape) ? aligned : node(broadcastOp, [aligned], { shape });
});
