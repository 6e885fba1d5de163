import { unary } from '../helpers/elementwise.ts';
import { sign } from './sign.ts';

/** |x|; the derivative at 0 is 0. */
export const absolute = unary('absolute', {
  doc: 'absolute(x) = |x|; the derivative at 0 is 0. i32: |−2³¹| = −2³¹.',
  dtypes: ['f32', 'i32'],
  reference: Math.abs,
  wgsl: ([x]) => `abs(${x})`,
  partials: [([x]) => sign(x!)],
  domain: [[-4, 4]],
  special: [[0], [-0], [-1e30], [1e-30]],
  tolerance: { ulp: 0 },
});
