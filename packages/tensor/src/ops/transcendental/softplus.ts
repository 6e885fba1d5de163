import { unary, wgslName } from '../helpers/elementwise.ts';
import { keepNan, log1pUnitFunction } from '../helpers/wgsl-math.ts';
import { sigmoid } from './sigmoid.ts';

/** log(1 + eˣ), without overflow. */
export const softplus = unary('softplus', {
  doc: 'softplus(x) = log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|).',
  reference: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  wgsl: ([x], t) =>
    keepNan(x!, `max(${x}, ${t.literal(0)}) + ${wgslName('log1p_unit', t)}(exp(-abs(${x})))`, t),
  functions: (type) => log1pUnitFunction(wgslName('log1p_unit', type), type),
  weight: 20,
  partials: [([x]) => sigmoid(x!)],
  domain: [[-6, 6]],
  special: [[0], [-0], [30], [-15], [1e30]],
  tolerance: { ulp: 48 },
});
