import { bitwise } from '../helpers/bitwise.ts';

/** Bits set in either. */
export const bitwiseOr = bitwise('bitwiseOr', 'bits set in either.', '|', (a, b) => a | b);
