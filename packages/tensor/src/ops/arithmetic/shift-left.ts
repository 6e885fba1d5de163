import { binary } from '../helpers/elementwise.ts';

/** A · 2^b modulo 2³². */
export const shiftLeft = binary('shiftLeft', {
  doc: 'shiftLeft(a, b): a · 2^b modulo 2³²; only the last five bits of b count.',
  dtypes: ['u32'],
  reference: (a, b) => (a << (b & 31)) >>> 0,
  // Constant shifts of 32 or more would be refused; the mask keeps every operand legal.
  wgsl: ([a, b], type) => `${a} << (${b} & ${type.literal(31)})`,
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
