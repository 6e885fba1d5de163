import { bitwise } from '../helpers/bitwise.ts';

/** Bits set in one but not in the other. */
export const bitwiseXor = bitwise(
  'bitwiseXor',
  'bits set in one but not in the other.',
  '^',
  (a, b) => a ^ b,
);
