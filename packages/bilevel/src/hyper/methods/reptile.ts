/** @file Reptile: the start moves to where the inner optimisations end. */
import { multiply, subtract } from '@longhorizon/tensor';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';
import { needsNothingButStart } from './learned-start.ts';

/** g = mean over the tasks of (w_0 − w_T) ∂w_0/∂λ: a pseudo-gradient, which no outer loss has. The outer loss is reported, not used. */
export const reptile: Method = {
  id: 'hyper/reptile',
  name: 'reptile',
  title: 'Reptile',
  source: 'Nichol, Achiam and Schulman, "On first-order meta-learning algorithms", 2018, algorithm 1',
  complexity: { offline: '0', online: '0', memory: 'O(p)' },
  form: 'online',
  exact: false,
  followsStart: true,
  refuses: (facts) => needsNothingButStart('reptile', facts),
  build: (inner) => {
    const w = inner.carry.w.tensor;
    const away = multiply(1 / (inner.problem.tasks ?? 1), subtract(inner.startingPoint, w));
    const computation = inner.workspace.computation(
      'w_0 − w_T',
      inner.result(inner.startProduct(away), inner.outerLossAt(w)),
    );
    return { hypergradient: (t) => [execute(computation, t)] };
  },
};
