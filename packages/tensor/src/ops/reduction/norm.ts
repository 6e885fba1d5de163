import type { Tensor } from '../../graph/tensor.ts';
import { square } from '../arithmetic/square.ts';
import { equal } from '../comparison/equal.ts';
import { select } from '../comparison/select.ts';
import { sqrt } from '../transcendental/sqrt.ts';
import { sum } from './sum-broadcast.ts';

/**
 * √Σx² along axes (all when left out). Its derivative at x = 0 is 0. Squares are float32 on a device: elements beyond 1.8e19 give ∞, and
 * squares below 1e-38 may be taken as 0. Scale such a vector first, as `clipNorm` of `@longhorizon/nn` does.
 */
export function norm(x: Tensor, axes?: number | readonly number[], options?: { keep?: boolean }): Tensor {
  const squares = sum(square(x), axes, options);
  // The root's own derivative at 0 is infinite.
  const zero = equal(squares, 0);
  return select(zero, 0, sqrt(select(zero, 1, squares)));
}
