/** @file `hyper/nres`. */
import { nres } from '@longhorizon/bilevel';
import { constantMemory, linearTime } from '../card.ts';
import { hyperMethod } from '../hyper-method.ts';
import { above0, fields, whole } from '../options.ts';

export const method = hyperMethod({
  name: 'nres',
  family: 'evolution',
  compared: 'further',
  options: fields({
    particles: whole('particles', 1, 100_000).default(4),
    window: whole('window').default(10),
    deviation: above0('deviation').default(0.1),
    seed: whole('seed', 0).default(0),
  }),
  make: nres,
  inSuites: ({ horizon, seed }, { window = 10, deviation = 0.01 }) => ({
    particles: 8,
    window: Math.min(window, horizon),
    deviation,
    seed,
  }),
  tunes: { window: [10, 1000], deviation: [0.01, 1] },
  card: {
    idea: 'Pairs of inner optimisations with λ ± ε travel beside the one that is trained, ε the same for the whole episode; how their losses part, window by window, is the derivative of the smoothed objective. No derivatives at all, so neither long horizons nor chaos make it explode.',
    equation: {
      text: 'g = mean of ε(ΔL⁺ − ΔL⁻)/(2σ²) over the pairs, window by window',
      place: 'algorithm 1',
    },
    deviations: [
      'N = 8 pairs, W = 10 steps (T where that is less) and σ = 0.01 where they are not tuned. All pairs begin with the episode; the published ones may stand at different steps.',
      'The loss of a window is the growth of L^val over it, so that the windows of an episode add up to L^val(w_T).',
      'ES-Single (arXiv 2304.11153) is the same estimator and has no row of its own.',
    ],
    theory: { memory: constantMemory, time: linearTime },
    code: 'packages/bilevel/src/hyper/methods/evolution-strategies.ts',
  },
});
