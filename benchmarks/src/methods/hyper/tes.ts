import { tes } from '@longhorizon/bilevel';
import { evolution, evolutionCard } from '../evolution.ts';
import { hyperMethod } from '../hyper-method.ts';

export const method = hyperMethod({
  name: 'tes',
  ...evolution,
  make: tes,
  tunes: { deviation: [0.01, 0.1, 1] },
  card: {
    ...evolutionCard,
    idea: 'Evolution strategies in truncated windows: both branches begin at the unperturbed weights, and what earlier windows did is left out. As biased as truncated reverse mode: the control for NRES and PES.',
    equation: {
      text: 'g = mean of ε(L⁺ − L⁻)/(2σ²), both branches from the w at which the window begins',
      place: 'algorithm 1',
    },
  },
});
