import { lookahead } from '@longhorizon/lazy';
import { hyperMethod } from '../hyper-method.ts';
import { fields, number } from '../options.ts';

export const method = hyperMethod({
  name: 'lookahead',
  family: 'teacher',
  compared: 'complete',
  starts: 'learned',
  options: fields({ beta: number.default(0.5) }),
  make: lookahead,
  card: {
    idea: 'Ablation of Lazy with β = 0.5: the same teacher, its graph replaced by the identity. What lazy-half gains over it, the graph gives.',
    equation: { text: 'φ^T = θ + β(s_k − θ);  g = ∇L^val(φ^T)', place: 'ablation of the reconstruction' },
    code: 'packages/lazy/src/lazy.ts',
  },
});
