/** @file `hyper/pes`. */
import { pes } from '@longhorizon/bilevel';
import { constantMemory, linearTime } from '../card.ts';
import { hyperMethod } from '../hyper-method.ts';
import { above0, fields, whole } from '../options.ts';

export const method = hyperMethod({
  name: 'pes',
  family: 'evolution',
  compared: 'further',
  options: fields({
    particles: whole('particles', 1, 100_000).default(4),
    window: whole('window').default(10),
    deviation: above0('deviation').default(0.1),
    seed: whole('seed', 0).default(0),
  }),
  make: pes,
  inSuites: ({ horizon, seed }, { deviation = 0.01 }) => ({
    particles: 8,
    window: Math.min(10, horizon),
    deviation,
    seed,
  }),
  tunes: { deviation: [0.01, 0.1, 1] },
  card: {
    idea: 'As NRES, with an ε for each window; the product is taken with the sum of those so far, so that what earlier windows did to the weights counts. Unbiased, and its variance grows with the number of windows.',
    equation: { text: 'ξ = Σ ε of the episode;  g = mean of ξ(ΔL⁺ − ΔL⁻)/(2σ²)', place: 'algorithm 1' },
    deviations: [
      'N = 8 pairs, W = 10 steps (T where that is less) and σ = 0.01 (where it is not tuned) everywhere. All pairs begin with the episode; the published ones may stand at different steps.',
      'The loss of a window is the growth of L^val over it, so that the windows of an episode add up to L^val(w_T).',
    ],
    theory: { memory: constantMemory, time: linearTime },
    code: 'packages/bilevel/src/hyper/methods/evolution-strategies.ts',
  },
});
