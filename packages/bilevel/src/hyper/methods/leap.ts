/** @file Leap: the start moves so that the paths of the inner optimisations become shorter. */
import {
  absolute,
  add,
  broadcastTo,
  divide,
  maximum,
  multiply,
  negate,
  reshape,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  zerosLike,
} from '@longhorizon/tensor';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';
import { needsNothingButStart } from './learned-start.ts';

/**
 * g = mean over the tasks of Σ_t (−Δw_t − Δf_t ∇f(w_{t−1}))/‖(Δw_t, Δf_t)‖ through ∂w_0/∂λ, with Δw_t = w_t − w_{t−1} and f the inner loss: the
 * length of the path (w_t, f(w_t)), every step pulled towards the next point, ∂w_t/∂w_0 = I. Δf_t is −|f(w_t) − f(w_{t−1})|, the
 * stabiliser of the released code, and both losses are those of the step's own batch. The outer loss is reported, not used.
 */
export const leap: Method = {
  id: 'hyper/leap',
  name: 'leap',
  title: 'Leap',
  source: 'Flennerhag et al., "Transferring knowledge across learning processes", ICLR 2019, algorithm 1',
  complexity: { offline: '0', memory: 'O(d + p)' },
  form: 'offline',
  exact: false,
  followsStart: true,
  refuses: (facts) => needsNothingButStart('leap', facts),
  build: (inner) => {
    const { workspace, carry } = inner;
    const pull = workspace.variable('Σ pulls', carry.w.shape, { class: 'tangents' });
    const begin = workspace.computation('pulls of zero', [[pull, zerosLike(pull.tensor)]]);
    const at = inner.pointOf(carry);
    const next = inner.phi(at);
    const rows = (tensor: Tensor) => reshape(tensor, [...tensor.shape, 1]);
    const change = negate(absolute(subtract(inner.innerLossesAt(next.w), inner.innerLossesAt(at.w))));
    const moved = subtract(next.w, at.w);
    const axis = carry.w.shape.length - 1;
    const length = sqrt(add(sum(square(moved), axis), square(change)));
    const spread = (tensor: Tensor) => broadcastTo(rows(tensor), carry.w.shape);
    const towards = negate(add(moved, multiply(spread(change), inner.innerGradientAt(at.w))));
    // A step that moves nothing has no length, and pulls at nothing.
    const pulled = divide(towards, spread(maximum(length, 1e-30)));
    const step = workspace.computation(
      'inner step with its pull',
      [...inner.updatesOf(carry, next), [pull, add(pull.tensor, pulled)]],
      { gradients: 1 },
    );
    const mean = multiply(1 / (inner.problem.tasks ?? 1), pull.tensor);
    const finish = workspace.computation(
      'Σ pulls ∂w_0/∂λ',
      inner.result(inner.startProduct(mean), inner.outerLossAt(carry.w.tensor)),
    );
    return {
      begin: () => [execute(begin, 0)],
      step: (t) => [execute(step, t - 1)],
      hypergradient: (t) => [execute(finish, t)],
    };
  },
};
