/** @file FOMAML with the multi-step loss of MAML++: the outer loss after every inner step counts. */
import { add, multiply, zerosLike } from '@longhorizon/tensor';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';
import { needsLearnedStart } from './learned-start.ts';

/**
 * g = Σ_t ω_t (g^FO_t + α_t ∂w_0/∂λ), to first order. MAML++ begins with ω_t = 1/T and moves them to the last step while it trains; here they
 * stay 1/T. The loss reported is that after the last step.
 */
export const multiStepFomaml: Method = {
  id: 'hyper/multi-step-fomaml',
  name: 'multi-step-fomaml',
  title: 'FOMAML with multi-step loss',
  source: 'Antoniou et al., "How to train your MAML", ICLR 2019, equation 3, to first order',
  complexity: { offline: '0 (T outer gradients)', memory: 'O(d + p)' },
  form: 'offline',
  exact: false,
  followsStart: true,
  refuses: (facts) => needsLearnedStart('multi-step-fomaml', facts),
  build: (inner) => {
    const { workspace, carry, hypergradient, horizon } = inner;
    const running = workspace.variable('Σ ω α', carry.w.shape, { class: 'tangents' });
    const begin = workspace.computation('sums of zero', [
      [running, zerosLike(running.tensor)],
      [hypergradient, zerosLike(hypergradient.tensor)],
    ]);
    const next = inner.phi(inner.pointOf(carry));
    const { loss, alpha, direct } = inner.outerAt(next.w, inner.afterThisStep);
    const omega = 1 / horizon;
    const step = workspace.computation(
      'inner step with its outer gradient',
      [
        ...inner.updatesOf(carry, next),
        [running, add(running.tensor, multiply(omega, alpha))],
        ...inner.result(add(hypergradient.tensor, multiply(omega, direct)), loss),
      ],
      { gradients: 2 },
    );
    const finish = workspace.computation('Σ ω α ∂w_0/∂λ', [
      [hypergradient, add(hypergradient.tensor, inner.startProduct(running.tensor))],
    ]);
    return {
      begin: () => [execute(begin, 0)],
      step: (t) => [execute(step, t - 1)],
      hypergradient: (t) => [execute(finish, t)],
    };
  },
};
