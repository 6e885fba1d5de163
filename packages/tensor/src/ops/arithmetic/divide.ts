import { binary } from '../helpers/elementwise.ts';
import { negate } from './negate.ts';

/** a / b; integers are divided towards zero, and by zero give a. */
export const divide = binary('divide', {
  doc: 'divide(a, b) = a / b. Integers: towards zero; a / 0 = a, as WGSL defines it. f32: x / 0 = ±∞ and 0 / 0 = NaN.',
  dtypes: ['f32', 'i32', 'u32'],
  reference: (a, b) => a / b,
  integerReference: (_, a, b) => (b === 0 ? a : Math.trunc(a / b)),
  // A constant zero as an integer divisor would be refused.
  wgsl: ([a, b], type) => (type.dtype !== 'f32' && b === type.literal(0) ? a! : `${a} / ${b}`),
  weight: 4,
  partials: [([, b]) => divide(1, b!), ([, b], y) => negate(divide(y, b!))],
  domain: [
    [-4, 4],
    [0.5, 4],
  ],
  special: [
    [0, 3],
    [-0, 3],
    [1, 3],
    [1e-20, 1e10],
    [1e30, 1e-5],
  ],
  tolerance: { ulp: 4 },
});
