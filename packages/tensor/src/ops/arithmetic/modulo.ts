import { binary } from '../helpers/elementwise.ts';

/** The remainder of an integer division; it has the sign of a. */
export const modulo = binary('modulo', {
  doc: 'modulo(a, b): the remainder of a / b, with the sign of a; a modulo 0 = 0, as WGSL defines it.',
  dtypes: ['u32', 'i32'],
  reference: (a, b) => (b === 0 ? 0 : a % b),
  // A constant zero as a divisor would be refused.
  wgsl: ([a, b], type) => (b === type.literal(0) ? b : `${a} % ${b}`),
  weight: 4,
  partials: 'none',
  domain: [
    [-100, 100],
    [1, 9],
  ],
  special: [
    [7, 3],
    [7, 0],
    [0, 5],
    [4294967295, 10],
  ],
  tolerance: { ulp: 0 },
});
