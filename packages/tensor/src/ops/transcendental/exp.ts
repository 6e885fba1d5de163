import { unary } from '../helpers/elementwise.ts';
import { keepNan } from '../helpers/wgsl-math.ts';

/** eˣ. */
export const exp = unary('exp', {
  doc: 'exp(x) = eˣ.',
  reference: Math.exp,
  wgsl: ([x], type) => keepNan(x!, `exp(${x})`, type),
  weight: 8,
  partials: [(_, y) => y],
  domain: [[-4, 4]],
  special: [[0], [-0], [1e-30], [-20], [20]],
  tolerance: { ulp: 48 },
});
