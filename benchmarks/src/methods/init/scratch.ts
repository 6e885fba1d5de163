import { scratch } from '@longhorizon/bilevel';
import { initMethod, theory } from '../init-method.ts';

export const method = initMethod({
  name: 'scratch',
  title: 'From scratch',
  role: 'reference',
  only: 'suites',
  make: () => scratch,
  card: {
    idea: 'No learning at all before the unseen task: φ as it was drawn.',
    equation: { text: 'φ random', place: 'the usual practice' },
    theory: { memory: theory.memory },
  },
});
