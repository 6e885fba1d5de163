import { shift } from '../helpers/bitwise.ts';

/** A · 2^b modulo 2³². */
export const shiftLeft = shift('shiftLeft', 'a · 2^b modulo 2³²', '<<', (a, by) => a << by);
