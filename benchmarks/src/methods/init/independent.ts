import { independent } from '@longhorizon/bilevel';
import { initMethod } from '../init-method.ts';

export const method = initMethod({
  name: 'independent',
  title: 'Inner steps alone',
  only: 'files',
  make: () => independent,
  card: {
    idea: 'Every task is trained from φ, and φ stays: what the inner steps do by themselves.',
  },
});
