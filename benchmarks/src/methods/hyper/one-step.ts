import { oneStep } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';
import { hyperdistillPaper } from '../published/hyperdistill.ts';

export const method = hyperMethod({
  name: 'one-step',
  family: 'one-step',
  compared: 'always',
  mixes: true,
  make: () => oneStep,
  card: {
    idea: 'Only the last step is looked back on: λ is judged by what it does to the very next weights.',
    equation: { text: 'g = g^FO + αB_T', place: 'T1–T2' },
    published: hyperdistillPaper({
      accuracy: ['53.90 ± 0.43 %', '58.18 ± 0.52 %', '49.97 ± 2.46 %', '58.45 ± 0.40 %'],
      cost: ['1584 MB / 6.80 s', '1650 MB / 6.88 s', '3844 MB / 18.81 s', '1214 MB / 6.17 s'],
      sinusoid: '0.670 ± 0.283',
      arm: 'one-step',
      cosine: '0.966',
    }),
  },
});
