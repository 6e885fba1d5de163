import { bome } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';
import { above0, fields, whole } from '../options.ts';

export const method = hyperMethod({
  name: 'bome',
  family: 'penalty',
  compared: 'further',
  options: fields({
    rate: above0('rate').optional(),
    jointRate: above0('jointRate').optional(),
    closing: above0('closing').default(0.5),
    steps: whole('steps', 1, 10_000).default(10),
  }),
  make: ({ rate, jointRate, closing, steps }, context) =>
    bome({ rate: rate ?? context.rate, ...(jointRate === undefined ? {} : { jointRate }), closing, steps }),
  tunes: { closing: [0.1, 0.5, 1] },
  card: {
    idea: 'λ and weights of its own descend the outer loss together, in a direction that also closes the gap to what a few inner steps would reach. First derivatives alone.',
    equation: {
      text: 'q = L^tr(y, λ) − L^tr(ẑ, λ);  μ = max(η‖∇q‖² − ⟨∇L^val, ∇q⟩, 0)/‖∇q‖²;  (λ, y) −= γ(∇L^val + μ∇q)',
      place: 'algorithm 1',
    },
    deviations: [
      'y takes one joint step beside every inner step, whether or not λ is updated, and begins at w_0 with every inner optimisation; ẑ descends with the rate of the inner steps, y with a tenth of it.',
    ],
  },
});
