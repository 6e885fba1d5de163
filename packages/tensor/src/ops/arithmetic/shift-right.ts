import { shift } from '../helpers/bitwise.ts';

/** The integer part of a / 2^b. */
export const shiftRight = shift('shiftRight', 'the integer part of a / 2^b', '>>', (a, by) => a >>> by);
