import { nres } from '@longhorizon/bilevel';
import { evolution, evolutionCard } from '../evolution.ts';
import { hyperMethod } from '../hyper-method.ts';

export const method = hyperMethod({
  name: 'nres',
  ...evolution,
  make: nres,
  tunes: { window: [10, 1000], deviation: [0.01, 1] },
  card: {
    ...evolutionCard,
    idea: 'Pairs of inner optimisations with λ ± ε travel beside the one that is trained, ε the same for the whole episode; how their losses part, window by window, is the derivative of the smoothed objective. No derivatives at all, so neither long horizons nor chaos make it explode.',
    equation: {
      text: 'g = mean of ε(ΔL⁺ − ΔL⁻)/(2σ²) over the pairs, window by window',
      place: 'algorithm 1',
    },
    deviations: [
      ...evolutionCard.deviations,
      'ES-Single (arXiv 2304.11153) is the same estimator and has no row of its own.',
    ],
  },
});
