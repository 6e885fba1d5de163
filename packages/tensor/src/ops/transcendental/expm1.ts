import { add } from '../arithmetic/add.ts';
import { unary, wgslName } from '../helpers/elementwise.ts';
import { expm1Function } from '../helpers/wgsl-math.ts';

/** eˣ − 1, accurate near 0. */
export const expm1 = unary('expm1', {
  doc: 'expm1(x) = eˣ − 1, accurate near 0.',
  reference: Math.expm1,
  wgsl: ([x], type) => `${wgslName('expm1', type)}(${x})`,
  functions: (type) => expm1Function(wgslName('expm1', type), type),
  weight: 16,
  partials: [(_, y) => add(y, 1)],
  domain: [[-4, 4]],
  special: [[0], [1e-20], [-1e-7], [1e-4], [0.49999], [-0.50001], [-50]],
  tolerance: { ulp: 48 },
});
