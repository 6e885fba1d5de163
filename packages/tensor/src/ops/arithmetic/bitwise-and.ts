import { bitwise } from '../helpers/bitwise.ts';

/** Bits set in both. */
export const bitwiseAnd = bitwise('bitwiseAnd', 'bits set in both.', '&', (a, b) => a & b);
