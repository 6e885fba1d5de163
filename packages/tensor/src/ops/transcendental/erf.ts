import { multiply } from '../arithmetic/multiply.ts';
import { negate } from '../arithmetic/negate.ts';
import { square } from '../arithmetic/square.ts';
import { unary, wgslName } from '../helpers/elementwise.ts';
import { referenceErf } from '../helpers/reference-erf.ts';
import { erfFunction } from '../helpers/wgsl-math.ts';
import { exp } from './exp.ts';

/** The error function. */
export const erf = unary('erf', {
  doc: 'erf(x) = 2/√π · ∫₀ˣ e^(−t²) dt, within 2·10⁻⁷.',
  reference: referenceErf,
  wgsl: ([x], type) => `${wgslName('erf', type)}(${x})`,
  functions: (type) => erfFunction(wgslName('erf', type), type),
  weight: 28,
  partials: [([x]) => multiply(2 / Math.sqrt(Math.PI), exp(negate(square(x!))))],
  domain: [[-3, 3]],
  special: [[0], [1e-20], [0.99999], [1.00001], [-3.9], [5], [100]],
  tolerance: { ulp: 0, absolute: 2e-7 },
});
