/**
 * @file The weights γ^{t−i} of the distilled point: shares of the running means, and their sum.
 *
 * All three are written with expm1: for γ near 1, 1 − γ^t loses all its digits in float32.
 */
import { add, cast, constant, divide, expm1, multiply, subtract, type Tensor } from '@longhorizon/tensor';

/**
 * p_t = (γ − γ^t)/(1 − γ^t), the share of w*_{t−1} in w*_t (Eq. 13): 0 at t = 1, (t − 1)/t for γ = 1.
 *
 * @param t f32, the number of the step from 1
 */
export function keptShare(gamma: number, t: Tensor): Tensor {
  if (gamma === 0) return multiply(t, 0);
  return multiply(gamma, keptShareBackwards(gamma, t));
}

/**
 * p_s = (1 − γ^{s−1})/(1 − γ^s), the share of w*_{s−1} in w*_s when older points join newer ones (Eq. 17): 0 at s = 1.
 *
 * @param s f32, the length of the horizon from 1
 */
export function keptShareBackwards(gamma: number, s: Tensor): Tensor {
  const before = subtract(s, 1);
  if (gamma === 1) return divide(before, s);
  if (gamma === 0) return divide(before, add(before, multiply(constant(1e-30), s)));
  const logarithm = Math.log(gamma);
  return divide(expm1(multiply(before, logarithm)), expm1(multiply(s, logarithm)));
}

/** S_t = Σ_{i=1}^{t} γ^{t−i} = (1 − γ^t)/(1 − γ), and t for γ = 1 (Eq. 15). */
export function sumOfWeights(gamma: number, t: Tensor): Tensor {
  if (gamma === 1) return t;
  if (gamma === 0) return add(multiply(t, 0), 1);
  const logarithm = Math.log(gamma);
  return divide(expm1(multiply(t, logarithm)), Math.expm1(logarithm));
}

/** A count from 0, u32, as the number of a step from 1, f32. */
export const fromOne = (index: Tensor): Tensor => add(cast(index, 'f32'), 1);
