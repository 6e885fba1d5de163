import { init } from '@longhorizon/bilevel';
import { gradientRates, initMethod } from '../init-method.ts';
import { poster } from '../published/trajectory-shifting.ts';

export const method = initMethod({
  name: 'fomaml',
  title: 'FOMAML',
  rates: gradientRates,
  cost: 'heavy',
  make: ({ beta }) => init.fomaml({ rate: beta }),
  card: {
    idea: 'The validation gradient where the tasks end, applied to φ as if a trajectory did not bend.',
    equation: { text: 'φ ← φ − β · 1/n Σ_t ∇L^val_t(θ^t_K)', place: 'section 5.2' },
    deviations: [
      'One validation batch a task and trajectory unless said otherwise; the release averages several.',
    ],
    published: poster({
      loss: ['2.60', '2.62'],
      accuracy: [
        ['55.1', '54.4'],
        ['67.7', '67.9'],
      ],
    }),
  },
});
