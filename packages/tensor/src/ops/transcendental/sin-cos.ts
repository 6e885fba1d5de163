/** @file Sine and cosine, each the derivative of the other. */
import { negate } from '../arithmetic/negate.ts';
import { unary, wgslName } from '../helpers/elementwise.ts';
import { sineFunction } from '../helpers/wgsl-math.ts';

/** Sine of an angle in radians. */
export const sin = unary('sin', {
  doc: 'sin(x), x in radians; accurate for |x| ≤ 10⁴; beyond, some number in [−1, 1]; NaN for ±∞.',
  reference: Math.sin,
  wgsl: ([x], type) => `${wgslName('sine', type)}(${x})`,
  functions: (type) => sineFunction(wgslName('sine', type), type, 0),
  weight: 20,
  partials: [([x]) => cos(x!)],
  domain: [[-7, 7]],
  special: [[0], [1e-20], [Math.PI], [-1000], [9999]],
  reach: 9999,
  tolerance: { ulp: 2, absolute: 1e-7 },
});

/** Cosine of an angle in radians. */
export const cos = unary('cos', {
  doc: 'cos(x), x in radians; accurate for |x| ≤ 10⁴; beyond, some number in [−1, 1]; NaN for ±∞.',
  reference: Math.cos,
  wgsl: ([x], type) => `${wgslName('cosine', type)}(${x})`,
  functions: (type) => sineFunction(wgslName('cosine', type), type, 1),
  weight: 20,
  partials: [([x]) => negate(sin(x!))],
  domain: [[-7, 7]],
  special: [[0], [1e-20], [Math.PI / 2], [-1000], [9999]],
  reach: 9999,
  tolerance: { ulp: 2, absolute: 1e-7 },
});
