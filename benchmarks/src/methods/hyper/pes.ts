import { pes } from '@longhorizon/bilevel';
import { evolution, evolutionCard } from '../evolution.ts';
import { hyperMethod } from '../hyper-method.ts';

export const method = hyperMethod({
  name: 'pes',
  ...evolution,
  make: pes,
  tunes: { deviation: [0.01, 0.1, 1] },
  card: {
    ...evolutionCard,
    idea: 'As NRES, with an ε for each window; the product is taken with the sum of those so far, so that what earlier windows did to the weights counts. Unbiased, and its variance grows with the number of windows.',
    equation: { text: 'ξ = Σ ε of the episode;  g = mean of ξ(ΔL⁺ − ΔL⁻)/(2σ²)', place: 'algorithm 1' },
  },
});
