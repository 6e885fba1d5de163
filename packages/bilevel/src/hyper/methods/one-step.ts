/** @file One-step look-ahead: g_t = g^FO_t + α_t B_t, as if the last step were the only one. */
import { add } from '@longhorizon/tensor';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';

/**
 * B_t is taken at (w_{t−1}, D_t), where step t starts, so step and product are one computation and share the gradient that both need.
 */
export const oneStep: Method = {
  id: 'hyper/one-step',
  name: 'one-step',
  title: 'One-step look-ahead (T1–T2)',
  source:
    'Luketina et al., "Scalable gradient-based tuning of continuous regularization hyperparameters", ICML 2016',
  complexity: { offline: '1', online: 'T', memory: 'O(d + p)' },
  form: 'online',
  exact: false,
  build: (inner) => {
    const { carry, step, workspace } = inner;
    const at = inner.pointOf(carry);
    const next = inner.phi(at);
    const { loss, alpha, direct } = inner.outerAt(next.w, inner.afterThisStep);
    const { B } = inner.weightProducts(at, alpha);
    const stepAndProduct = workspace.computation(
      'inner step with αB',
      [...inner.updatesOf(carry, next), ...inner.result(add(direct, B), loss)],
      { gradients: 2, vjps: 1 },
    );
    return {
      step: (t, hyper) => [execute(hyper ? stepAndProduct : step, t - 1)],
      // The step has left the hypergradient where it belongs.
      hypergradient: () => [],
    };
  },
};
