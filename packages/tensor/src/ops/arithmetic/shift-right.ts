import { binary } from '../helpers/elementwise.ts';

/** The integer part of a / 2^b. */
export const shiftRight = binary('shiftRight', {
  doc: 'shiftRight(a, b): the integer part of a / 2^b; only the last five bits of b count.',
  dtypes: ['u32'],
  reference: (a, b) => a >>> (b & 31),
  // Constant shifts of 32 or more would be refused; the mask keeps every operand legal.
  wgsl: ([a, b], type) => `${a} >> (${b} & ${type.literal(31)})`,
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
