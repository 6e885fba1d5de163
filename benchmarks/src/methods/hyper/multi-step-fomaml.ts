import { hyper } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';

export const method = hyperMethod({
  name: 'multi-step-fomaml',
  family: 'first-order',
  compared: 'complete',
  starts: 'learned',
  make: () => hyper.multiStepFomaml,
  card: {
    idea: 'FOMAML with the outer loss after every inner step, not the last alone.',
    equation: { text: 'g = Σ_t (1/T)(g^FO_t + α_t ∂θ/∂λ)', place: 'equation 3, to first order' },
    deviations: ['The shares of the steps stay equal; MAML++ moves them to the last step while it trains.'],
  },
});
