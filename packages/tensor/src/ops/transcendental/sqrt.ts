import { divide } from '../arithmetic/divide.ts';
import { unary } from '../helpers/elementwise.ts';

/** Square root. */
export const sqrt = unary('sqrt', {
  doc: 'sqrt(x) = √x; its derivative at 0 is infinite.',
  reference: Math.sqrt,
  wgsl: ([x]) => `sqrt(${x})`,
  weight: 4,
  partials: [(_, y) => divide(0.5, y)],
  domain: [[0.1, 9]],
  special: [[0], [1], [1e-30], [1e30]],
  tolerance: { ulp: 4 },
});
