import { init } from '@longhorizon/bilevel';
import { gradientRates, initMethod, theory } from '../init-method.ts';
import { above0, fields, whole } from '../options.ts';
import { poster } from '../published/trajectory-shifting.ts';

export const method = initMethod({
  name: 'imaml',
  title: 'iMAML',
  rates: gradientRates,
  cost: 'heaviest',
  measureVersion: 1,
  options: fields({
    proximal: above0('proximal').default(0.5),
    steps: whole('steps', 1, 10_000).default(10),
  }),
  make: ({ beta, proximal, steps }) => init.imaml({ rate: beta, proximal, steps }),
  card: {
    idea:
      'If the inner problem keeps θ near φ, its minimum moves with φ in a way that the Hessian there tells, whatever path led to it. A linear ' +
      'system by conjugate gradients takes the place of the trajectory.',
    equation: {
      text: '(I + ∇²L_t(θ^t_K)/λ) v_t = ∇L^val_t(θ^t_K);  φ ← φ − β · 1/n Σ_t v_t',
      place: 'algorithms 1 and 2',
    },
    deviations: [
      'As in the release of Continual Trajectory Shifting, inner steps have no proximal term; K steps keep θ near φ.',
      'The Hessian is that of the last batch, and heads are held constant in it.',
    ],
    theory: {
      ...theory,
      note: 'Ten Hessian products a task and trajectory, whatever K; three vectors like the bodies beside them.',
    },
    published: poster({
      loss: ['2.60', '≈ 2.53'],
      accuracy: [
        ['≈ 55', '54.0'],
        ['68.1', '≈ 67.8'],
      ],
    }),
  },
});
