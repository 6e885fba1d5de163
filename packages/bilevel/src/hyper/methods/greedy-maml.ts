/** @file Greedy MAML: learned as if one inner step were all there is, whatever the horizon. */
import { add } from '@longhorizon/tensor';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';

/**
 * g = g^FO_1 + α_1 (B_1 + A_1 ∂w_0/∂λ): exact MAML with one inner step. The other T − 1 steps are not taken, so the outer loss and the weights
 * that it leaves are those after the first.
 */
export const greedyMaml: Method = {
  id: 'hyper/greedy-maml',
  name: 'greedy-maml',
  title: 'Greedy MAML (one inner step)',
  source:
    'Finn et al., "Model-agnostic meta-learning for fast adaptation of deep networks", ICML 2017, algorithm 2 with one step',
  complexity: { offline: '1', memory: 'O(d + p)' },
  form: 'offline',
  exact: false,
  followsStart: true,
  build: (inner) => {
    const { workspace, carry } = inner;
    const at = inner.pointOf(carry);
    const next = inner.phi(at);
    const { loss, alpha, direct } = inner.outerAt(next.w, inner.afterThisStep);
    const { A, B } = inner.weightProducts(at, alpha);
    const first = workspace.computation(
      'first step with αA and αB',
      [...inner.updatesOf(carry, next), ...inner.result(add(direct, add(B, inner.startProduct(A))), loss)],
      { gradients: 2, vjps: 1 },
    );
    return {
      step: (t) => (t === 1 ? [execute(first, 0)] : []),
      // The first step has left the hypergradient where it belongs.
      hypergradient: () => [],
    };
  },
};
