import type { Tensor } from '../../graph/tensor.ts';
import { subtract } from '../arithmetic/subtract.ts';
import { checkTensor } from '../helpers/check-tensor.ts';
import { stopGradient } from '../movement/stop-gradient.ts';
import { exp } from '../transcendental/exp.ts';
import { log } from '../transcendental/log.ts';
import { max } from './max-min.ts';
import { sum } from './sum-broadcast.ts';

/**
 * log(eˣ / Σ eˣ) along axes (the last when left out), shifted by the largest element so that nothing
 * overflows.
 */
export function logSoftmax(x: Tensor, axes: number | readonly number[] = -1): Tensor {
  checkTensor('logSoftmax', x);
  const shifted = subtract(x, stopGradient(max(x, axes, { keep: true })));
  return subtract(shifted, log(sum(exp(shifted), axes, { keep: true })));
}
