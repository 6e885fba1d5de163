import { unary } from '../helpers/elementwise.ts';
import { multiply } from './multiply.ts';

/** x². */
export const square = unary('square', {
  doc: 'square(x) = x · x; integers wrap around.',
  dtypes: ['f32', 'i32', 'u32'],
  reference: (x) => x * x,
  integerReference: (_, x) => Math.imul(x, x),
  wgsl: ([x]) => `${x} * ${x}`,
  partials: [([x]) => multiply(2, x!)],
  domain: [[-4, 4]],
  special: [[0], [-0], [1e-10], [1e18]],
  tolerance: { ulp: 1 },
});
