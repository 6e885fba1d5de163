/** @file N steps of conjugate gradients on M q = b, M symmetric and positive definite, as kernels. */
import {
  add,
  divide,
  dot,
  greater,
  multiply,
  onesLike,
  select,
  subtract,
  type Tensor,
  zerosLike,
} from '@longhorizon/tensor';
import type { Inner } from '../hyper/inner.ts';
import { type Action, run, type Slot } from '../program/workspace.ts';

export interface LinearSystem {
  /** q, shaped like w. */
  readonly solution: Slot;
  /** What a kernel sets to begin with q = 0. */
  from(b: Tensor): [Slot, Tensor][];
  /** A step of the solver, with the data of an inner step. */
  step(index: number): Action;
}

/**
 * Declares a solver.
 *
 * @param product M v, for a v shaped like w; one Hessian product
 */
export function declareConjugateGradients(inner: Inner, product: (v: Tensor) => Tensor): LinearSystem {
  const { workspace, carry } = inner;
  const likeW = (name: string) => workspace.slot(name, carry.w.shape, { class: 'tangents' });
  const [q, residual, direction] = [likeW('q'), likeW('residual'), likeW('direction')];
  const energy = workspace.slot('‖residual‖²', []);
  const Mp = product(direction.tensor);
  // Once the residual is zero, both quotients are 0/0; the iterate then stays where it is.
  const length = ratio(energy.tensor, dot(direction.tensor, Mp));
  const nextResidual = subtract(residual.tensor, multiply(length, Mp));
  const nextEnergy = dot(nextResidual, nextResidual);
  const keep = ratio(nextEnergy, energy.tensor);
  const step = workspace.kernel(
    'a step of conjugate gradients',
    [
      [q, add(q.tensor, multiply(length, direction.tensor))],
      [residual, nextResidual],
      [direction, add(nextResidual, multiply(keep, direction.tensor))],
      [energy, nextEnergy],
    ],
    { hvps: 1 },
  );
  return {
    solution: q,
    from: (b) => [
      [q, zerosLike(b)],
      [residual, b],
      [direction, b],
      [energy, dot(b, b)],
    ],
    step: (index) => run(step, index),
  };
}

/** a/b where b > 0, else 0. */
function ratio(a: Tensor, b: Tensor): Tensor {
  const positive = greater(b, 0);
  return select(positive, divide(a, select(positive, b, onesLike(b))), zerosLike(b));
}
