import { hyper } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';

export const method = hyperMethod({
  name: 'fomaml',
  family: 'first-order',
  starts: 'learned',
  compared: 'families',
  make: () => hyper.fomaml,
  card: {
    idea: 'MAML without second derivatives: the outer gradient at the end of the inner steps is taken for that at their start.',
    equation: { text: 'g = g^FO + α_T ∂θ/∂λ', place: 'section 5.2' },
    deviations: [
      'Learning rates and other parts of λ that act through the steps alone have no derivative and stay.',
    ],
  },
});
