import {
  absolute,
  divide,
  max,
  maximum,
  minimum,
  multiply,
  rsqrt,
  square,
  stopGradient,
  sum,
  type Tensor,
} from '@longhorizon/tensor';
import type { Hyperparameter } from './optimiser.ts';

/**
 * g · min(1, c/‖g‖): the whole vector made shorter where it is longer than c (Pascanu, Mikolov and Bengio, ICML 2013).
 * Differentiable, at g = 0 as well. The norm is taken of g / s for s = max(max|g|, c), so no square overflows, and those that underflow
 * do not count; the result does not depend on s.
 *
 * @param gradient any shape; the norm is over all of it
 * @param limit c > 0, a number or a scalar tensor
 */
export function clipNorm(gradient: Tensor, limit: Exclude<Hyperparameter, (step: Tensor) => Tensor>): Tensor {
  if (typeof limit === 'number' && !(limit > 0))
    throw new RangeError(`clipNorm: a limit of ${limit} was asked for; give a number above 0.`);
  const scale = stopGradient(maximum(max(absolute(gradient)), limit));
  const scaled = divide(gradient, scale);
  const bound = square(divide(limit, scale));
  return multiply(scaled, multiply(limit, rsqrt(maximum(sum(square(scaled)), bound))));
}

/** Every element brought into [−limit, limit]; no derivative flows through those that were outside. */
export function clipValue(gradient: Tensor, limit: number): Tensor {
  if (!(limit > 0))
    throw new RangeError(`clipValue: a limit of ${limit} was asked for; give a number above 0.`);
  return minimum(maximum(gradient, -limit), limit);
}
