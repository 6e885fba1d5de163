import type { Op } from '../../graph/op.ts';
import { normalizeAxes } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import {
  batchReduction,
  inferReduction,
  keptShape,
  reductionCases,
  referenceReduction,
} from '../helpers/reduction.ts';
import { broadcastTo } from '../movement/broadcast.ts';
import { reshape } from '../movement/reshape.ts';

const op: Op = {
  name: 'sum',
  doc: 'sum(x, axes): Σ x along axes, in a fixed order (strided partial sums in blocks, then a tree); 0 where an axis is empty.',
  infer: inferReduction('sum', ['f32', 'i32', 'u32']),
  reference: referenceReduction((a, b) => a + b, 0),
  derivative: {
    kind: 'linear',
    slots: [0],
    joint: false,
    transpose: (cotangent, tensor) => {
      const shape = tensor.inputs[0]!.shape;
      return broadcastTo(reshape(cotangent, keptShape(shape, tensor.parameters.axes as number[])), shape);
    },
  },
  batch: batchReduction(() => op),
  lower: {
    kind: 'reduction',
    combine: (a, b) => `${a} + ${b}`,
    initial: 0,
    rounds: true,
    axes: (parameters) => parameters.axes as number[],
  },
  tolerance: { ulp: 32, magnitude: true },
  cases: reductionCases((x, axes) => sum(x, axes)),
};

/**
 * Sum along axes.
 *
 * @param axes all axes when left out
 * @param options.keep keeps the summed axes with size 1
 */
export const sum = withOp(
  op,
  (x: Tensor, axes?: number | readonly number[], options?: { keep?: boolean }): Tensor => {
    const list = normalizeAxes('sum', axes, x.shape.length);
    // Along axes of size 1 there is nothing to add.
    const long = list.filter((axis) => x.shape[axis] !== 1);
    const kept = keptShape(x.shape, list);
    const shape = options?.keep ? kept : x.shape.filter((_, axis) => !list.includes(axis));
    if (long.length === 0) return reshape(x, shape);
    return reshape(node(op, [x], { axes: long }), shape);
  },
);
