import { evoGrad } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';
import { above0, fields, whole } from '../options.ts';

export const method = hyperMethod({
  name: 'evograd',
  family: 'one-step',
  compared: 'complete',
  measureVersion: 2,
  options: fields({
    copies: whole('copies', 2, 1000).default(2),
    deviation: above0('deviation').default(0.001),
    temperature: above0('temperature').default(0.05),
    seed: whole('seed', 0).default(0),
  }),
  make: evoGrad,
  inSuites: ({ seed }) => ({ seed }),
  tunes: { temperature: [0.005, 0.05, 0.5] },
  card: {
    idea:
      'Two perturbed copies of the weights are mixed by how well they do on the inner loss; λ is judged by the mixture. First derivatives ' +
      'only, and noisy: two copies span one direction.',
    equation: {
      text: 'θ_k = w + σε_k;  θ* = Σ softmax(−ℓ/τ)_k θ_k;  g = dL^val(θ*, λ)/dλ',
      place: 'equations 3–6',
    },
    deviations: [
      'The difference of two losses σ apart loses digits in float32: with σ = 0.001 and two copies the hypergradient is within 1e-4 of float64 where ' +
        'one λ belongs to 83 weights, and within 1e-3 where it belongs to 833 and the loss is a sum over 10,000 weights.',
    ],
  },
});
