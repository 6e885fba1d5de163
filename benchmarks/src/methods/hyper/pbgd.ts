import { pbgd } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';
import { above0, fields, whole } from '../options.ts';

export const method = hyperMethod({
  name: 'pbgd',
  family: 'penalty',
  compared: 'further',
  options: fields({
    rate: above0('rate').optional(),
    multiplier: above0('multiplier').default(10),
    steps: whole('steps', 1, 10_000).default(1),
  }),
  make: ({ rate, ...options }, context) => pbgd({ ...options, rate: rate ?? context.rate }),
  tunes: { multiplier: [1, 10, 100] },
  card: {
    idea: 'Gradient descent on the outer loss plus a fixed penalty on the gap of the inner one: F2SA with a multiplier that stays.',
    equation: {
      text: 'min over λ, y of L^val(y, λ) + γ(L^tr(y, λ) − min_w L^tr(w, λ))',
      place: 'algorithm 1',
    },
    deviations: [
      'y descends with η/(1 + γ), η being the rate of the inner steps, and begins at w_0 with every inner optimisation.',
    ],
    code: 'packages/bilevel/src/hyper/methods/value-function.ts',
  },
});
