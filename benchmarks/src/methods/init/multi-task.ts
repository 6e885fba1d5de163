import { multiTask } from '@longhorizon/bilevel';
import { initMethod } from '../init-method.ts';

export const method = initMethod({
  name: 'multi-task',
  title: 'Multi-task learning',
  cost: 'medium',
  make: () => multiTask,
  card: {
    idea: 'No meta-learning: one body trained on all tasks at once, with a head for each.',
    equation: { text: 'φ ← φ − α · 1/n Σ_t ∇L_t(φ, head^t)', place: 'hard parameter sharing' },
    deviations: ['With Adam every task keeps moments of its own, and φ takes the mean of their steps.'],
  },
});
