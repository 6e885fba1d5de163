import { unary } from '../helpers/elementwise.ts';

/** −x; i32 wraps around. */
export const negate = unary('negate', {
  doc: 'negate(x) = −x; i32 wraps around.',
  dtypes: ['f32', 'i32'],
  reference: (x) => -x,
  wgsl: ([x]) => `-${x}`,
  partials: { kind: 'linear', slots: [0], joint: false, transpose: (cotangent) => negate(cotangent) },
  domain: [[-4, 4]],
  special: [[0], [-0], [1e30]],
  tolerance: { ulp: 0 },
});
