import type { Tensor } from '../../graph/tensor.ts';
import { add } from '../arithmetic/add.ts';
import { multiply } from '../arithmetic/multiply.ts';
import { equal } from '../comparison/equal.ts';
import { cast } from '../rounding/cast.ts';
import type { Operand } from './elementwise.ts';

/**
 * 1 where `better(a, b)`, ½ where they are equal, else 0: the derivative of a maximum or minimum with respect
 * to a.
 */
export function preference(a: Tensor, b: Tensor, better: (a: Operand, b: Operand) => Tensor): Tensor {
  return add(cast(better(a, b), 'f32'), multiply(0.5, cast(equal(a, b), 'f32')));
}
