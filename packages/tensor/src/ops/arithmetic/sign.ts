import { unary } from '../helpers/elementwise.ts';

/** −1, 0 or 1. */
export const sign = unary('sign', {
  doc: 'sign(x): −1, 0 or 1, in the element type of x; its derivative is none.',
  dtypes: ['f32', 'i32'],
  reference: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  wgsl: ([x]) => `sign(${x})`,
  partials: 'none',
  domain: [[-4, 4]],
  special: [[0], [-0], [1e-30], [-1e-30]],
  tolerance: { ulp: 0 },
});
