import { f2sa } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';
import { above0, atLeastZero, fields, whole } from '../options.ts';

export const method = hyperMethod({
  name: 'f2sa',
  family: 'penalty',
  compared: 'further',
  options: fields({
    rate: above0('rate').optional(),
    multiplier: above0('multiplier').default(10),
    growth: atLeastZero.default(0.1),
    steps: whole('steps', 1, 10_000).default(1),
  }),
  make: ({ rate, ...options }, context) => f2sa({ ...options, rate: rate ?? context.rate }),
  tunes: { multiplier: [1, 10, 100] },
  card: {
    idea:
      'First derivatives alone: a second set of weights minimises the outer loss plus a penalty on the inner one, and the inner losses of both ' +
      'sets, differentiated by λ, differ by the hypergradient as the penalty grows.',
    equation: {
      text: 'y ← y − η_y(∂L^val/∂w + μ ∂L^tr/∂w)(y);  g = ∂_λL^val(y) + μ(∂_λL^tr(y) − ∂_λL^tr(w));  μ ← μ + δ',
      place: 'algorithm 1',
    },
    deviations: [
      'y descends with η/(1 + μ), η being the rate of the inner steps, and begins at w_0 with every inner optimisation, as μ does.',
    ],
    code: 'packages/bilevel/src/hyper/methods/value-function.ts',
  },
});
