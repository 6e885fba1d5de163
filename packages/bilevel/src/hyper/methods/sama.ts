/** @file SAMA: one step looked ahead, its mixed derivative by a difference of first ones, and the optimiser's own scaling taken along. */
import {
  add,
  divide,
  expandAxes,
  greater,
  multiply,
  norm,
  onesLike,
  select,
  subtract,
  vjp,
  zerosLike,
} from '@longhorizon/tensor';
import { execute } from '../../workspace/workspace.ts';
import type { Method } from '../method.ts';

/** Options of SAMA: how far the weights are moved for the difference. */
export interface SamaOptions {
  /** The perturbation moves each task's weights by this length. 0.01 when left out. */
  readonly length?: number;
}

/**
 * u = ∂L^val/∂w; u' = D ⊙ u, where the step of the optimiser is differentiated by the gradient that it is given, D = −∂Φ/∂(∇_w L^tr);
 * ε = length/‖u'‖; g = g^FO − [∇_λL^tr(w + εu') − ∇_λL^tr(w − εu')]/(2ε), all at w_t: the optimiser's next step, with the data of step t. Three first derivatives beside the
 * inner step's, no second ones. The inverse Hessian is taken for I, as in every one-step method: a factor remains where it is not. D is the
 * derivative of the step itself (the released form is its limit for Adam's ϵ → 0, which is 0 where the moments are). λ must enter the inner
 * loss itself.
 *
 * @throws RangeError for a length that is not above 0
 */
export function sama({ length = 0.01 }: SamaOptions = {}): Method {
  if (!(length > 0))
    throw new RangeError(`sama: a perturbation of ${length} was asked for; it must be above 0.`);
  return {
    id: 'hyper/sama',
    name: 'sama',
    title: `SAMA (length ${length})`,
    source: 'Choe et al., "Making scalable meta learning practical", NeurIPS 2023, section 3',
    complexity: { offline: '0 (3 gradients)', online: '0 (3T gradients)', memory: 'O(d)' },
    form: 'online',
    exact: false,
    refuses: ({ problem, inInnerLoss, inOuterLoss, updateFollowsGradient }) => {
      if (!updateFollowsGradient)
        return `sama: the update of problem '${problem.name}' does not go through the gradient of its inner loss, by which this method differentiates it; write the update as descend(optimiser, innerLoss).`;
      return inInnerLoss || inOuterLoss
        ? undefined
        : `sama: λ enters neither loss of problem '${problem.name}', only its optimiser, which this method does not differentiate by λ; use an unrolled method.`;
    },
    build: (inner) => {
      const { workspace, carry, lambda, hypergradient } = inner;
      const at = inner.pointOf(carry);
      const { loss, alpha, direct } = inner.outerAt(at.w, inner.afterThisStep);
      // The gradient is a node of the update's graph; by it, the update is the optimiser's step.
      const { next, along } = inner.phiAlong(at, { batch: inner.trainBatch(), step: inner.afterThisStep });
      const [step] = vjp([next.w], [along!.gradient], [alpha]);
      const direction = workspace.variable('u′', carry.w.shape, { class: 'tangents' });
      const start = workspace.computation(
        "u' = D ⊙ ∂L^val/∂w",
        [[direction, multiply(-1, step ?? zerosLike(at.w))], ...inner.result(direct, loss)],
        { gradients: 2 },
      );
      const axis = carry.w.shape.length - 1;
      const size = norm(direction.tensor, axis);
      const moves = greater(size, 0);
      // A direction of length 0 moves nothing, and its difference is 0.
      const epsilon = select(moves, divide(length, select(moves, size, 1)), 1);
      const away = multiply(expandAxes(epsilon, axis), direction.tensor);
      const lossesAt = (w: typeof away) => divide(inner.innerLossesAt(w), multiply(2, epsilon));
      const difference = subtract(lossesAt(add(at.w, away)), lossesAt(subtract(at.w, away)));
      const [mixed] = vjp([difference], [lambda.tensor], [onesLike(difference)]);
      const finish = workspace.computation(
        'difference of ∇_λL^tr',
        [[hypergradient, subtract(hypergradient.tensor, mixed ?? zerosLike(lambda.tensor))]],
        { gradients: 2 },
      );
      return { hypergradient: (t) => [execute(start, t - 1), execute(finish, t - 1)] };
    },
  };
}
