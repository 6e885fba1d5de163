/** @file FOMAML: MAML without second derivatives, as if ∂w_T/∂w_0 = I. */
import { add } from '@longhorizon/tensor';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';
import { needsLearnedStart } from './learned-start.ts';

/** g = g^FO + α_T ∂w_0/∂λ. What λ does to the steps themselves (learning rates, example weights) has no derivative here. */
export const fomaml: Method = {
  id: 'hyper/fomaml',
  name: 'fomaml',
  title: 'FOMAML',
  source:
    'Finn et al., "Model-agnostic meta-learning for fast adaptation of deep networks", ICML 2017, section 5.2',
  complexity: { offline: '0', online: '0', memory: 'O(p)' },
  form: 'online',
  exact: false,
  followsStart: true,
  refuses: (facts) => needsLearnedStart('fomaml', facts),
  build: (inner) => {
    const { loss, alpha, direct } = inner.outerAt(inner.carry.w.tensor);
    const computation = inner.workspace.computation(
      'g^FO + α ∂w_0/∂λ',
      inner.result(add(direct, inner.startProduct(alpha)), loss),
      { gradients: 1 },
    );
    return { hypergradient: (t) => [execute(computation, t)] };
  },
};
