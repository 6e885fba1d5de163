/** @file First-order: g_t = g^FO_t, the direct gradient alone. */

import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';

/**
 * The outer loss differentiated at fixed weights: how λ shaped the weights is left out. Where λ does not enter the outer loss
 * there is nothing left, and the method refuses.
 */
export const firstOrder: Method = {
  id: 'hyper/first-order',
  name: 'first-order',
  title: 'First-order (FO)',
  source:
    'Lee et al., "Online hyperparameter meta-learning with hypergradient distillation", ICLR 2022, equation 2',
  complexity: { offline: '0', online: '0', memory: 'O(p)' },
  form: 'online',
  exact: false,
  refuses: (facts) => {
    const { problem, inOuterLoss } = facts;
    return inOuterLoss
      ? undefined
      : `first-order: λ does not enter the outer loss of problem '${problem.name}', so its direct gradient is zero; use a method that follows λ through the inner steps, such as one-step.`;
  },
  build: (inner) => {
    const { w } = inner.carry;
    const { loss, direct } = inner.outerAt(w.tensor);
    const direction = inner.workspace.computation('direct gradient', inner.result(direct, loss), {
      gradients: 1,
    });
    return { hypergradient: (t) => [execute(direction, t)] };
  },
};
