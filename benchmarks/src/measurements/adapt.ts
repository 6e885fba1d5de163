/** @file Learning without meta-learning: T steps from φ with λ as it is, and the outer loss after them. For meta-tests. */
import type { Method } from '@longhorizon/bilevel';
import { execute } from '@longhorizon/bilevel/authoring';

export const adapt: Method = {
  id: 'hyper/adapt',
  name: 'adapt',
  title: 'inner optimisation alone',
  source: 'none: nothing is differentiated by λ',
  complexity: { offline: '0', memory: 'none' },
  form: 'offline',
  exact: false,
  followsStart: true,
  build: (inner) => {
    const loss = inner.outerLossAt(inner.carry.w.tensor);
    const computation = inner.workspace.computation('outer loss', [[inner.outerLoss, loss]]);
    return { hypergradient: (t) => [execute(computation, t)] };
  },
};
