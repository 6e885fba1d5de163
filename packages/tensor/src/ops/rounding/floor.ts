import { unary } from '../helpers/elementwise.ts';

/** The largest whole number not above x. */
export const floor = unary('floor', {
  doc: 'floor(x): the largest whole number ≤ x; its derivative is none.',
  reference: Math.floor,
  wgsl: ([x]) => `floor(${x})`,
  partials: 'none',
  domain: [[-6, 6]],
  special: [[0], [-0.5], [2], [-3], [1e20]],
  tolerance: { ulp: 0 },
});
