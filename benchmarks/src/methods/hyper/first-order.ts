import { firstOrder } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';
import { hyperdistillPaper } from '../published/hyperdistill.ts';

export const method = hyperMethod({
  name: 'first-order',
  family: 'first-order',
  compared: 'families',
  make: () => firstOrder,
  card: {
    idea: 'How λ shaped the weights is left out altogether; only its direct effect on the outer loss counts.',
    equation: { text: 'g = g^FO = ∂L^val(w_T, λ)/∂λ', place: 'first term of equation 3' },
    deviations: ['Refuses a problem whose outer loss does not depend on λ: its gradient would be zero.'],
    published: hyperdistillPaper({
      accuracy: ['53.62 ± 0.06 %', '58.16 ± 0.52 %', '53.54 ± 0.74 %', undefined],
      cost: ['1430 MB / 6.23 s', '1092 MB / 5.24 s', '1840 MB / 7.01 s', undefined],
      sinusoid: '0.567 ± 0.193',
      arm: 'first-order',
      cosine: '0.962',
    }),
  },
});
