import { continualTrajectoryShifting } from '@longhorizon/trajectory-shifting';
import { initMethod, theory } from '../init-method.ts';
import { poster } from '../published/trajectory-shifting.ts';

export const method = initMethod({
  name: 'trajectory-shifting',
  title: 'Continual Trajectory Shifting',
  role: 'method',
  rates: [0.01, 0.03, 0.1, 0.3],
  make: ({ beta }) => continualTrajectoryShifting({ rate: beta }),
  card: {
    idea:
      'φ moves after every inner step instead of once in K, and every task is moved by the same vector, as if its trajectory had begun at the ' +
      'new φ. So there are K times as many meta-updates, and within a trajectory their horizon grows from 1 to K.',
    equation: {
      text: 'Δ = β (1/n Σ_t θ^t − φ);  φ ← φ + Δ;  θ^t ← θ^t + Δ,  since U_k(φ + Δ) = U_k(φ) + Δ + O(βαhk + β²)',
      place: 'algorithm 2',
    },
    deviations: [
      'All tasks begin at one random φ; the released code meant to share it, and does not until the first meta-update.',
      'Tasks run side by side on one device where their shapes agree, and one after another where they do not; the order changes nothing.',
    ],
    theory: {
      ...theory,
      note: 'Error of a trajectory with k shifts: O(βαhk² + β²k), h a bound on the Hessians. Memory: tasks × (weights + state) + φ.',
    },
    published: poster({
      loss: ['1.18', '0.956'],
      accuracy: [
        ['69.4', '73.1'],
        ['76.7', '78.8'],
      ],
    }),
    code: 'packages/trajectory-shifting/src/continual-trajectory-shifting.ts',
  },
});
