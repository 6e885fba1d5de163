import { soba } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';
import { above0, fields } from '../options.ts';

export const method = hyperMethod({
  name: 'soba',
  family: 'implicit',
  compared: 'further',
  options: fields({ rate: above0('rate').optional() }),
  make: ({ rate }, context) => soba({ rate: rate ?? context.rate }),
  card: {
    idea:
      'A single loop: weights, the solution of the linear system of the implicit function theorem, and λ each take one step at a time. Its bias ' +
      'vanishes as they come to rest.',
    equation: {
      text: 'v ← v − ρ(∇²_{ww}L^tr v + ∂L^val/∂w);  g = g^FO + ∇²_{λw}L^tr v,  at w_{t−1}',
      place: 'equations 6–8',
    },
    deviations: ['ρ is the rate of the inner steps; v begins at 0 with every inner optimisation.'],
  },
});
