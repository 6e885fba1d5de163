import { init } from '@longhorizon/bilevel';
import * as z from 'zod';
import { initMethod } from '../init-method.ts';
import { fields } from '../options.ts';
import { poster } from '../published/trajectory-shifting.ts';

export const method = initMethod({
  name: 'leap',
  title: 'Leap',
  // Sums along a trajectory, not the end alone.
  rates: [0.003, 0.01, 0.03, 0.1],
  cost: 'medium',
  options: fields({
    distance: z
      .enum(['length', 'energy'], { error: "the distance is 'length' or 'energy'" })
      .default('length'),
    stabiliser: z.boolean({ error: 'stabiliser is true or false' }).default(true),
  }),
  make: ({ beta, distance, stabiliser }) => init.leap({ rate: beta, distance, stabiliser }),
  card: {
    idea:
      'A path on the surface of the loss is shorter if it begins further along. φ moves along the sum of the steps of all paths, each ' +
      'scaled by its length on the surface.',
    equation: {
      text: 'φ ← φ + β · 1/n Σ_t Σ_i (Δθ_i − |Δf_i| ∇L_t(θ_i)) / ‖(Δθ_i, Δf_i)‖',
      place: 'equation 6, algorithm 1, with the stabiliser',
    },
    deviations: [
      'Both losses of a step are taken on its own batch, one forward pass more a step; the authors compare those of two batches.',
      'Heads are no part of φ, and lengths are those of the body.',
      'The release of Continual Trajectory Shifting mixes the state after a step with the loss before it; that is not followed.',
    ],
    published: poster({
      loss: ['1.60', '1.14'],
      accuracy: [
        ['59.9', '66.7'],
        ['71.5', '76.0'],
      ],
    }),
  },
});
