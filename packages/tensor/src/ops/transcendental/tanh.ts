import { multiply } from '../arithmetic/multiply.ts';
import { subtract } from '../arithmetic/subtract.ts';
import { unary, wgslName } from '../helpers/elementwise.ts';
import { tanhFunction } from '../helpers/wgsl-math.ts';

/** Hyperbolic tangent. */
export const tanh = unary('tanh', {
  doc: 'tanh(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), accurate near 0 too.',
  reference: Math.tanh,
  // The built-in one is off by 10⁻⁷ near 0 (lavapipe, SwiftShader), which is all of a small x.
  wgsl: ([x], type) => `${wgslName('accurate_tanh', type)}(${x})`,
  functions: (type) => tanhFunction(wgslName('accurate_tanh', type), type),
  weight: 14,
  partials: [(_, y) => subtract(1, multiply(y, y))],
  domain: [[-6, 6]],
  special: [[0], [-0], [1e-30], [1e-4], [0.59999], [0.60001], [40], [-40]],
  tolerance: { ulp: 8 },
});
