/** @file What reductions share: shapes, the reference loop, the batched form and test cases. */

import type { BatchRule, Inferred, Op, OpCase, ReferenceArray } from '../../graph/op.ts';
import { contiguousStrides, elementCount, type Shape, ShapeError } from '../../graph/shape.ts';
import { type DType, node, type Tensor } from '../../graph/tensor.ts';
import { forEachSum } from './movement.ts';

/** Which axes are reduced, none of size 1. */
export interface ReductionParameters {
  readonly axes: readonly number[];
}

/** The shape with the reduced axes kept as 1. */
export function keptShape(shape: Shape, axes: readonly number[]): number[] {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

export function inferReduction(name: string, dtypes: readonly DType[]) {
  return (inputs: readonly Tensor[], { axes }: ReductionParameters): Inferred => {
    const { shape, dtype } = inputs[0]!;
    if (!dtypes.includes(dtype))
      throw new TypeError(`${name}: takes ${dtypes.join(' or ')}, got ${dtype}; convert it with cast.`);
    return { shape: shape.filter((_, axis) => !axes.includes(axis)), dtype };
  };
}

/** Refuses an empty axis where there is no value to return. */
export function refuseEmpty(name: string, x: Tensor, axes: readonly number[]): void {
  for (const axis of axes)
    if (x.shape[axis] === 0)
      throw new ShapeError(
        `${name}: axis ${axis} is empty and has no ${name}; check the slice that made it.`,
      );
}

export function referenceReduction(combine: (a: number, b: number) => number, initial: number) {
  return ([x]: readonly ReferenceArray[], { axes }: ReductionParameters, result: Inferred): Float64Array => {
    const data = new Float64Array(elementCount(result.shape)).fill(initial);
    const strides = contiguousStrides(keptShape(x!.shape, axes));
    const places = x!.shape.map((size, axis) =>
      Float64Array.from({ length: size }, (_, c) => (axes.includes(axis) ? 0 : c * strides[axis]!)),
    );
    forEachSum(places, (place, linear) => {
      data[place] = combine(data[place]!, x!.data[linear]!);
    });
    if (result.dtype === 'u32') for (let i = 0; i < data.length; i++) data[i] = data[i]! >>> 0;
    if (result.dtype === 'i32') for (let i = 0; i < data.length; i++) data[i] = data[i]! | 0;
    return data;
  };
}

export function batchReduction(op: () => Op<ReductionParameters>): BatchRule<ReductionParameters> {
  return (inputs, _, { axes }) => node(op(), inputs, { axes: axes.map((axis) => axis + 1) });
}

/**
 * Every kind of axis position: first, last, middle, all, several, size 1; and long enough to need more than
 * one workgroup round.
 */
export function reductionCases(
  apply: (x: Tensor, axes?: number | number[]) => Tensor,
  emptyAllowed = true,
): OpCase[] {
  const cases: OpCase[] = [
    { inputs: [{ shape: [5, 12] }], apply: (x) => apply(x, 1) },
    { inputs: [{ shape: [5, 12] }], apply: (x) => apply(x, 0) },
    { inputs: [{ shape: [3, 4, 5] }], apply: (x) => apply(x, [0, 2]) },
    { inputs: [{ shape: [3, 1, 5] }], apply: (x) => apply(x, 1) },
    { inputs: [{ shape: [333] }], apply: (x) => apply(x) },
    { inputs: [{ shape: [0, 3] }], apply: (x) => apply(x, 1) },
  ];
  if (emptyAllowed) cases.push({ inputs: [{ shape: [2, 0] }], apply: (x) => apply(x, 1) });
  return cases;
}
