import type { Op } from '../../graph/op.ts';
import { normalizeAxes } from '../../graph/shape.ts';
import { type DType, node, type Tensor } from '../../graph/tensor.ts';
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

/** What max and min differ in. */
interface Extreme {
  readonly name: string;
  readonly doc: string;
  readonly better: '>' | '<';
  readonly reference: (a: number, b: number) => number;
  /** What every element is at least as good as. */
  readonly worst: Readonly<Record<DType, number>>;
}

type ExtremeFunction = (x: Tensor, axes?: number | readonly number[], options?: { keep?: boolean }) => Tensor;

function extremeReduction({ name, doc, better, reference, worst }: Extreme) {
  const op: Op<ReductionParameters> = {
    name,
    doc: `${name}(x, axes): ${doc} along axes; equal ${doc.replace('the ', '')} elements share the derivative equally. NaN if an element is NaN.`,
    infer: inferReduction(name, ['f32', 'i32', 'u32']),
    reference: referenceReduction(reference, worst.f32),
    derivative: { kind: 'as', expression: extremeAsSum },
    batch: batchReduction(() => op),
    lower: {
      kind: 'reduction',
      combine: (a, b, type) => extreme(a, b, better, type),
      initial: (dtype) => worst[dtype],
      axes: ({ axes }) => axes,
    },
    tolerance: { ulp: 0 },
    cases: [
      ...reductionCases((x, axes) => reduce(x, axes), false),
      {
        inputs: [{ shape: [2, 3], values: [1, 1, -2, 0, 0, 0] }],
        apply: (x) => reduce(x, 1),
        valuesOnly: true,
      },
      { inputs: [{ shape: [3, 4], dtype: 'i32', domain: [-9, 9] }], apply: (x) => reduce(x, 0) },
    ],
  };
  const reduce: ExtremeFunction = (x, axes, options) => {
    const list = normalizeAxes(name, axes, x.shape.length);
    refuseEmpty(name, x, list);
    const long = list.filter((axis) => x.shape[axis] !== 1);
    const shape = options?.keep
      ? keptShape(x.shape, list)
      : x.shape.filter((_, axis) => !list.includes(axis));
    return reshape(long.length === 0 ? x : node(op, [x], { axes: long }), shape);
  };
  return withOp(op, reduce);
}

/**
 * The largest element along axes.
 *
 * @param axes all axes when left out; none of them may be empty
 * @param options.keep keeps the reduced axes with size 1
 */
export const max = extremeReduction({
  name: 'max',
  doc: 'the largest',
  better: '>',
  reference: Math.max,
  worst: { f32: -Infinity, i32: -2147483648, u32: 0 },
});

/**
 * The smallest element along axes.
 *
 * @param axes all axes when left out; none of them may be empty
 * @param options.keep keeps the reduced axes with size 1
 */
export const min = extremeReduction({
  name: 'min',
  doc: 'the smallest',
  better: '<',
  reference: Math.min,
  worst: { f32: Infinity, i32: 2147483647, u32: 4294967295 },
});
