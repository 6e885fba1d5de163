import { init } from '@longhorizon/bilevel';
import { initMethod } from '../init-method.ts';
import { poster } from '../published/trajectory-shifting.ts';

export const method = initMethod({
  name: 'reptile',
  title: 'Reptile',
  rates: [0.1, 0.3, 1, 3],
  make: ({ beta }) => init.reptile({ rate: beta }),
  card: {
    idea: 'K inner steps, then φ moves towards the mean of where the tasks are. One meta-update a trajectory.',
    equation: { text: 'φ ← φ + β (1/n Σ_t θ^t_K − φ)', place: 'algorithm 2' },
    published: poster({
      loss: ['1.335', '0.984'],
      accuracy: [
        ['64.6', '70.9'],
        ['75.0', '78.0'],
      ],
    }),
  },
});
