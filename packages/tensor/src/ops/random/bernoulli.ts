import type { Shape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { less } from '../comparison/less.ts';
import type { Operand } from '../helpers/elementwise.ts';
import { uniform } from './uniform.ts';

/**
 * A mask (u32) that is 1 with the given probability, a number or a tensor that can be stretched to `shape`.
 */
export function bernoulli(key: Tensor, probability: Operand, shape: Shape): Tensor {
  return less(uniform(key, shape), probability);
}
