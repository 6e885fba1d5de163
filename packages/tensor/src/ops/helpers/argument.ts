/** @file argmax and argmin: a walk along one axis that keeps the first best element. */

import type { IndexedContext } from '../../graph/lowering.ts';
import type { Op, ReferenceArray } from '../../graph/op.ts';
import { contiguousStrides, elementCount, normalizeAxis } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import type { Index } from '../../indexing/index-expression.ts';
import { refuseEmpty } from './reduction.ts';

export interface ArgumentParameters {
  readonly axis: number;
}

function emitWith(better: string) {
  return ({
    coordinates,
    parameters,
    inputs,
    line,
    loop,
    name,
    text,
    value,
    variable,
  }: IndexedContext<ArgumentParameters>): string => {
    const { axis } = parameters;
    const { shape, dtype } = inputs[0]!;
    const at = (index: Index) => [...coordinates.slice(0, axis), index, ...coordinates.slice(axis)];
    const bestValue = variable(dtype, `${dtype}(0)`);
    const best = variable('u32', '0u');
    loop(shape[axis]!, (counter) => {
      const candidate = value(0, at(counter));
      const position = text(counter);
      line(
        `if (${position} == 0u || ${candidate} ${better} ${bestValue}) { ${bestValue} = ${candidate}; ${best} = ${position}; }`,
      );
    });
    return name(best);
  };
}

function referenceWith(better: (a: number, b: number) => boolean) {
  return ([x]: readonly ReferenceArray[], { axis }: ArgumentParameters): Float64Array => {
    const size = x!.shape[axis]!;
    const inner = contiguousStrides(x!.shape)[axis]!;
    const outer = elementCount(x!.shape.slice(0, axis));
    const data = new Float64Array(outer * inner);
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) {
        const start = o * size * inner + i;
        let best = 0;
        for (let k = 1; k < size; k++)
          if (better(x!.data[start + k * inner]!, x!.data[start + best * inner]!)) best = k;
        data[o * inner + i] = best;
      }
    return data;
  };
}

export function normalizeArgumentAxis(name: string, x: Tensor, axis: number): number {
  const along = normalizeAxis(name, axis, x.shape.length);
  refuseEmpty(name, x, [along]);
  return along;
}

export function defineArgument(
  name: string,
  which: string,
  better: '>' | '<',
  apply: (x: Tensor, axis?: number) => Tensor,
): Op<ArgumentParameters> {
  const op: Op<ArgumentParameters> = {
    name,
    doc: `${name}(x, axis): where the ${which} element is (u32), the first of equals; its derivative is none.`,
    infer: ([x], { axis }) => ({ shape: x!.shape.toSpliced(axis, 1), dtype: 'u32' }),
    reference: referenceWith(better === '>' ? (a, b) => a > b : (a, b) => a < b),
    derivative: { kind: 'none' },
    batch: ([x], _, { axis }) => node(op, [x!], { axis: axis + 1 }),
    lower: { kind: 'indexed', emit: emitWith(better), reads: 'many', weight: 8 },
    tolerance: { ulp: 0 },
    cases: [
      { inputs: [{ shape: [5, 7] }], apply: (x) => apply(x) },
      { inputs: [{ shape: [3, 4, 2] }], apply: (x) => apply(x, 1) },
      { inputs: [{ shape: [2, 4], values: [1, 3, 3, 2, -1, -1, -5, -5] }], apply: (x) => apply(x) },
      { inputs: [{ shape: [3, 1] }], apply: (x) => apply(x) },
      { inputs: [{ shape: [4, 6], dtype: 'u32', domain: [0, 9] }], apply: (x) => apply(x, 0) },
    ],
  };
  return op;
}
