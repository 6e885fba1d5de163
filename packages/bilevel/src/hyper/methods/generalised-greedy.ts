/** @file Generalised greedy (GG): every step's own validation gradient through its own B, discounted by age. */
import { add, multiply, zerosLike } from '@longhorizon/tensor';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';

/** Options of the generalised greedy method: the discount γ. */
export interface GeneralisedGreedyOptions {
  /** γ from 0 to 1; 0.9 when left out. At 0 it is one-step. */
  readonly gamma?: number;
}

/** ĝ = g^FO_T + Σ_{t=1}^{T} γ^{T−t} ∇L^val(w_t) B_t, B_t at (w_{t−1}, D_t): T products along the run itself, nothing stored. */
export function generalisedGreedy({ gamma = 0.9 }: GeneralisedGreedyOptions = {}): Method {
  if (!(gamma >= 0 && gamma <= 1))
    throw new RangeError(`generalised-greedy: γ = ${gamma} was asked for; give a number from 0 to 1.`);
  return {
    id: 'hyper/generalised-greedy',
    name: 'generalised-greedy',
    title: `Generalised greedy (γ = ${gamma})`,
    source:
      'Submission to ICLR 2025 on generalised greedy hypergradients; the sum of local validation gradients',
    complexity: { offline: 'T', memory: 'O(d + p)' },
    form: 'offline',
    exact: false,
    build: (inner) => {
      const { workspace, carry, lambda } = inner;
      const running = workspace.variable('Σ γ^(T−t) ∇L^val B', lambda.shape, { class: 'hyperparameters' });
      const at = inner.pointOf(carry);
      const next = inner.phi(at);
      const { alpha } = inner.outerAt(next.w, inner.afterThisStep);
      const { B } = inner.weightProducts(at, alpha);
      const begin = workspace.computation('a sum of zero', [[running, zerosLike(running.tensor)]]);
      const step = workspace.computation(
        'inner step with ∇L^val B',
        [...inner.updatesOf(carry, next), [running, add(multiply(gamma, running.tensor), B)]],
        { gradients: 2, vjps: 1 },
      );
      const { loss, direct } = inner.outerAt(carry.w.tensor);
      const result = workspace.computation('g^FO + sum', inner.result(add(direct, running.tensor), loss));
      return {
        begin: () => [execute(begin, 0)],
        step: (t) => [execute(step, t - 1)],
        hypergradient: (t) => [execute(result, t)],
      };
    },
  };
}
