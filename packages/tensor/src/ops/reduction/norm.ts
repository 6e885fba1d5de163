import type { Tensor } from '../../graph/tensor.ts';
import { square } from '../arithmetic/square.ts';
import { sqrt } from '../transcendental/sqrt.ts';
import { sum } from './sum.ts';

/** √Σx² along axes (all when left out). Its derivative at x = 0 is not defined and comes out as NaN. */
export function norm(x: Tensor, axes?: number | readonly number[], options?: { keep?: boolean }): Tensor {
  return sqrt(sum(square(x), axes, options));
}
