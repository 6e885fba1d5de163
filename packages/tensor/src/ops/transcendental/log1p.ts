import { add } from '../arithmetic/add.ts';
import { divide } from '../arithmetic/divide.ts';
import { unary, wgslName } from '../helpers/elementwise.ts';
import { log1pFunction } from '../helpers/wgsl-math.ts';

/** log(1 + x), accurate near 0. */
export const log1p = unary('log1p', {
  doc: 'log1p(x) = log(1 + x), accurate near 0.',
  reference: Math.log1p,
  wgsl: ([x], type) => `${wgslName('log1p', type)}(${x})`,
  functions: (type) => log1pFunction(wgslName('log1p', type), type),
  weight: 24,
  partials: [([x]) => divide(1, add(1, x!))],
  domain: [[-0.8, 4]],
  special: [[0], [1e-20], [-1e-7], [1e-4], [0.49999], [0.50001], [-0.33333], [1e20]],
  tolerance: { ulp: 8 },
});
