/** @file Ops on the bits of two words, and shifts. */
import type { OpFunction } from '../define.ts';
import { binary, type Operand } from './elementwise.ts';

/** An op that joins the bits of two u32 tensors place by place. */
export function bitwise(
  name: string,
  doc: string,
  operator: '&' | '|' | '^',
  reference: (a: number, b: number) => number,
): OpFunction<[Operand, Operand]> {
  return binary(name, {
    doc: `${name}(a, b): ${doc}`,
    dtypes: ['u32'],
    reference: (a, b) => reference(a, b) >>> 0,
    wgsl: ([a, b]) => `${a} ${operator} ${b}`,
    partials: 'none',
    domain: [[0, 4294967295]],
    special: [
      [0, 0],
      [4294967295, 4294967295],
      [4294967295, 0],
      [0x80000000, 1],
    ],
    tolerance: { ulp: 0 },
  });
}

/** An op that shifts u32 by the last five bits of its second operand. */
export function shift(
  name: string,
  doc: string,
  operator: '<<' | '>>',
  reference: (a: number, by: number) => number,
): OpFunction<[Operand, Operand]> {
  return binary(name, {
    doc: `${name}(a, b): ${doc}; only the last five bits of b count.`,
    dtypes: ['u32'],
    reference: (a, b) => reference(a, b & 31) >>> 0,
    // Constant shifts of 32 or more would be refused; the mask keeps every operand legal.
    wgsl: ([a, b], type) => `${a} ${operator} (${b} & ${type.literal(31)})`,
    partials: 'none',
    domain: [
      [0, 4294967295],
      [0, 31],
    ],
    special: [
      [1, 31],
      [4294967295, 0],
      [0x80000001, 1],
      [5, 33],
    ],
    tolerance: { ulp: 0 },
  });
}
