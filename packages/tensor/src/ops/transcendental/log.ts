import { divide } from '../arithmetic/divide.ts';
import { unary, wgslName } from '../helpers/elementwise.ts';
import { logFunction } from '../helpers/wgsl-math.ts';

/** Natural logarithm. */
export const log = unary('log', {
  doc: 'log(x), accurate near 1 too; log(±0) = −∞, and NaN below 0.',
  reference: Math.log,
  wgsl: ([x], type) => `${wgslName('accurate_log', type)}(${x})`,
  functions: (type) => logFunction(wgslName('accurate_log', type), type),
  weight: 16,
  partials: [([x]) => divide(1, x!)],
  domain: [[0.1, 8]],
  special: [[1], [1.0000001], [0.9999999], [1e-30], [1e30]],
  tolerance: { ulp: 4 },
});
