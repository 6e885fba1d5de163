import { hyper } from '@longhorizon/bilevel';
import { hyperMethod } from '../hyper-method.ts';

export const method = hyperMethod({
  name: 'leap',
  family: 'displacement',
  compared: 'complete',
  starts: 'learned alone',
  make: () => hyper.leap,
  card: {
    idea: 'The start moves so that the paths which inner optimisations take across their losses become shorter.',
    equation: { text: 'g = mean of Σ_t (−Δw_t − Δf_t ∇f(w_{t−1}))/‖(Δw_t, Δf_t)‖', place: 'algorithm 1' },
    deviations: [
      'Both losses of a step are those of its own batch; Δf is −|Δf|, the stabiliser of the released code.',
    ],
  },
});
