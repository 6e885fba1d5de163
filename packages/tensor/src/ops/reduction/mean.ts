import { elementCount, normalizeAxes } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { multiply } from '../arithmetic/multiply.ts';
import { checkTensor } from '../helpers/check-tensor.ts';
import { refuseEmpty } from '../helpers/reduction.ts';
import { sum } from './sum-broadcast.ts';

/** The mean along axes, all of them when left out. `options.keep` keeps them with size 1. */
export function mean(x: Tensor, axes?: number | readonly number[], options?: { keep?: boolean }): Tensor {
  checkTensor('mean', x);
  const list = normalizeAxes('mean', axes, x.shape.length);
  refuseEmpty('mean', x, list);
  return multiply(sum(x, list, options), 1 / elementCount(list.map((axis) => x.shape[axis]!)));
}
