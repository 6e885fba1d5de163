import { nystromIft } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';
import { above0, fields, whole } from '../options.ts';

export const method = hyperMethod({
  name: 'nystrom',
  family: 'implicit',
  compared: 'further',
  options: fields({
    rank: whole('rank', 1, 1000).default(5),
    damping: above0('damping').default(0.01),
  }),
  make: nystromIft,
  tunes: { damping: [0.001, 0.01, 0.1] },
  card: {
    idea:
      'The implicit function theorem at w_T with an inverse Hessian of k rows and a damped rest. Nothing iterates, so nothing diverges; what lies ' +
      'outside the rows is scaled by 1/ρ.',
    equation: { text: '(C M⁻¹ Cᵀ + ρI) q = α;  g = g^FO − q ∇²_{wλ}L^tr', place: 'equation 6' },
    deviations: [
      'k = 5 and ρ = 0.01 everywhere; the k coordinates are spread evenly over the weights, where the paper draws them.',
    ],
  },
});
