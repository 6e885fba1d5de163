import type { Tensor } from '../../graph/tensor.ts';
import { divide } from '../arithmetic/divide.ts';
import { subtract } from '../arithmetic/subtract.ts';
import { checkTensor } from '../helpers/check-tensor.ts';
import { stopGradient } from '../movement/stop-gradient.ts';
import { exp } from '../transcendental/exp.ts';
import { max } from './max-min.ts';
import { sum } from './sum-broadcast.ts';

/**
 * eˣ / Σ eˣ along axes (the last when left out), shifted by the largest element so that nothing overflows.
 */
export function softmax(x: Tensor, axes: number | readonly number[] = -1): Tensor {
  checkTensor('softmax', x);
  const powers = exp(subtract(x, stopGradient(max(x, axes, { keep: true }))));
  return divide(powers, sum(powers, axes, { keep: true }));
}
