import { greater } from '../comparison/greater.ts';
import { unary } from '../helpers/elementwise.ts';
import { isNegative } from '../helpers/wgsl-math.ts';
import { cast } from '../rounding/cast.ts';

/** max(x, 0); the derivative at 0 is 0. */
export const relu = unary('relu', {
  doc: 'relu(x) = max(x, 0), NaN for NaN; the derivative at 0 is 0.',
  reference: (x) => Math.max(x, 0),
  // max(NaN, 0) is 0 on many devices: what is negative, by its bits, becomes 0, and all else stays.
  wgsl: ([x], t) => `select(${x}, ${t.literal(0)}, ${isNegative(x!, t)})`,
  weight: 1,
  // By the result, which is positive where x is: then x itself need not be kept.
  partials: [(_, y) => cast(greater(y, 0), 'f32')],
  domain: [[-4, 4]],
  special: [[0], [-0], [1e-30], [-1e30]],
  tolerance: { ulp: 0 },
});
