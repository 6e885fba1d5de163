/** @file Gradient clipping. */
import { maximum, minimum, multiply, rsqrt, square, sum, type Tensor } from '@longhorizon/tensor';
import type { Hyperparameter } from './optimiser.ts';

/**
 * g · min(1, c/‖g‖): the whole vector made shorter where it is longer than c (Pascanu, Mikolov and Bengio, ICML 2013).
 * Differentiable, at g = 0 as well.
 *
 * @param gradient any shape; the norm is over all of it
 * @param limit c > 0, a number or a scalar tensor
 */
export function clipNorm(gradient: Tensor, limit: Exclude<Hyperparameter, (step: Tensor) => Tensor>): Tensor {
  if (typeof limit === 'number' && !(limit > 0))
    throw new RangeError(`clipNorm: a limit of ${limit} was asked for; give a number above 0.`);
  const bound = typeof limit === 'number' ? limit * limit : square(limit);
  return multiply(gradient, multiply(limit, rsqrt(maximum(sum(square(gradient)), bound))));
}

/** Every element brought into [−limit, limit]; no derivative flows through those that were outside. */
export function clipValue(gradient: Tensor, limit: number): Tensor {
  if (!(limit > 0))
    throw new RangeError(`clipValue: a limit of ${limit} was asked for; give a number above 0.`);
  return minimum(maximum(gradient, -limit), limit);
}
