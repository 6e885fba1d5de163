import { multiply } from '../arithmetic/multiply.ts';
import { subtract } from '../arithmetic/subtract.ts';
import { unary } from '../helpers/elementwise.ts';
import { keepNan } from '../helpers/wgsl-math.ts';

/** 1 / (1 + e⁻ˣ). */
export const sigmoid = unary('sigmoid', {
  doc: 'sigmoid(x) = 1 / (1 + e⁻ˣ).',
  reference: (x) => 1 / (1 + Math.exp(-x)),
  // Where e⁻ˣ overflows, 1 / ∞ = 0.
  wgsl: ([x], t) => keepNan(x!, `${t.literal(1)} / (${t.literal(1)} + exp(-${x}))`, t),
  weight: 12,
  partials: [(_, y) => multiply(y, subtract(1, y))],
  domain: [[-6, 6]],
  special: [[0], [-0], [30], [-30], [200]],
  tolerance: { ulp: 64 },
});
