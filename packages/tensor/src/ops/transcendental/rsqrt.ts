import { divide } from '../arithmetic/divide.ts';
import { multiply } from '../arithmetic/multiply.ts';
import { unary } from '../helpers/elementwise.ts';

/** 1 / √x. */
export const rsqrt = unary('rsqrt', {
  doc: 'rsqrt(x) = 1 / √x.',
  reference: (x) => 1 / Math.sqrt(x),
  wgsl: ([x]) => `inverseSqrt(${x})`,
  weight: 4,
  partials: [([x], y) => multiply(-0.5, divide(y, x!))],
  domain: [[0.1, 9]],
  special: [[1], [1e-30], [1e30]],
  tolerance: { ulp: 4 },
});
