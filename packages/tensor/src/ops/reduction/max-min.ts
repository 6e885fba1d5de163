/** @file The largest and the smallest element along axes. */
import type { Op } from '../../graph/op.ts';
import { normalizeAxes } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { extremeAsSum } from '../helpers/extreme.ts';
import {
  batchReduction,
  inferReduction,
  keptShape,
  type ReductionParameters,
  reductionCases,
  referenceReduction,
  refuseEmpty,
} from '../helpers/reduction.ts';
import { extreme } from '../helpers/wgsl-math.ts';
import { reshape } from '../movement/reshape.ts';

const lowest = { f32: -Infinity, i32: -2147483648, u32: 0 };

const maxOp: Op<ReductionParameters> = {
  name: 'max',
  doc: 'max(x, axes): the largest along axes; equal largest elements share the derivative equally. NaN if an element is NaN.',
  infer: inferReduction('max', ['f32', 'i32', 'u32']),
  reference: referenceReduction(Math.max, -Infinity),
  derivative: { kind: 'as', expression: extremeAsSum },
  batch: batchReduction(() => maxOp),
  lower: {
    kind: 'reduction',
    combine: (a, b, type) => extreme(a, b, '>', type),
    initial: (dtype) => lowest[dtype],
    axes: ({ axes }) => axes,
  },
  tolerance: { ulp: 0 },
  cases: [
    ...reductionCases((x, axes) => max(x, axes), false),
    { inputs: [{ shape: [2, 3], values: [1, 1, -2, 0, 0, 0] }], apply: (x) => max(x, 1), valuesOnly: true },
    { inputs: [{ shape: [3, 4], dtype: 'i32', domain: [-9, 9] }], apply: (x) => max(x, 0) },
  ],
};

/**
 * The largest element along axes.
 *
 * @param axes all axes when left out; none of them may be empty
 * @param options.keep keeps the reduced axes with size 1
 */
export const max = withOp(
  maxOp,
  (x: Tensor, axes?: number | readonly number[], options?: { keep?: boolean }): Tensor => {
    const list = normalizeAxes('max', axes, x.shape.length);
    refuseEmpty('max', x, list);
    const long = list.filter((axis) => x.shape[axis] !== 1);
    const shape = options?.keep
      ? keptShape(x.shape, list)
      : x.shape.filter((_, axis) => !list.includes(axis));
    return reshape(long.length === 0 ? x : node(maxOp, [x], { axes: long }), shape);
  },
);

const highest = { f32: Infinity, i32: 2147483647, u32: 4294967295 };

const minOp: Op<ReductionParameters> = {
  name: 'min',
  doc: 'min(x, axes): the smallest along axes; equal smallest elements share the derivative equally. NaN if an element is NaN.',
  infer: inferReduction('min', ['f32', 'i32', 'u32']),
  reference: referenceReduction(Math.min, Infinity),
  derivative: { kind: 'as', expression: extremeAsSum },
  batch: batchReduction(() => minOp),
  lower: {
    kind: 'reduction',
    combine: (a, b, type) => extreme(a, b, '<', type),
    initial: (dtype) => highest[dtype],
    axes: ({ axes }) => axes,
  },
  tolerance: { ulp: 0 },
  cases: [
    ...reductionCases((x, axes) => min(x, axes), false),
    { inputs: [{ shape: [2, 3], values: [1, 1, -2, 0, 0, 0] }], apply: (x) => min(x, 1), valuesOnly: true },
    { inputs: [{ shape: [3, 4], dtype: 'i32', domain: [-9, 9] }], apply: (x) => min(x, 0) },
  ],
};

/**
 * The smallest element along axes.
 *
 * @param axes all axes when left out; none of them may be empty
 * @param options.keep keeps the reduced axes with size 1
 */
export const min = withOp(
  minOp,
  (x: Tensor, axes?: number | readonly number[], options?: { keep?: boolean }): Tensor => {
    const list = normalizeAxes('min', axes, x.shape.length);
    refuseEmpty('min', x, list);
    const long = list.filter((axis) => x.shape[axis] !== 1);
    const shape = options?.keep
      ? keptShape(x.shape, list)
      : x.shape.filter((_, axis) => !list.includes(axis));
    return reshape(long.length === 0 ? x : node(minOp, [x], { axes: long }), shape);
  },
);
