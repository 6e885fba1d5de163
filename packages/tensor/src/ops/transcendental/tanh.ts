import { unary } from '../helpers/elementwise.ts';
import { multiply } from '../arithmetic/multiply.ts';
import { subtract } from '../arithmetic/subtract.ts';

/** Hyperbolic tangent. */
export const tanh = unary('tanh', {
  doc: 'tanh(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).',
  reference: Math.tanh,
  // Some drivers compute tanh through exp(2x), which overflows; beyond ±10 float32 tanh is ±1.
  wgsl: ([x], t) => `tanh(clamp(${x}, ${t.literal(-10)}, ${t.literal(10)}))`,
  weight: 12,
  partials: [(_, y) => subtract(1, multiply(y, y))],
  domain: [[-6, 6]],
  special: [[0], [-0], [1e-30], [40], [-40]],
  tolerance: { ulp: 16, absolute: 1e-7 },
});
