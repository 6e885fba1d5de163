import type { NodeOf, Tensor } from '../../graph/tensor.ts';
import { divide } from '../arithmetic/divide.ts';
import { multiply } from '../arithmetic/multiply.ts';
import { equal } from '../comparison/equal.ts';
import { reshape } from '../movement/reshape.ts';
import { stopGradient } from '../movement/stop-gradient.ts';
import { sum } from '../reduction/sum-broadcast.ts';
import { cast } from '../rounding/cast.ts';
import { keptShape, type ReductionParameters } from './reduction.ts';

/**
 * A maximum or minimum as Σ x · weight, where the elements equal to it share weight 1: what it is
 * differentiated as.
 */
export function extremeAsSum(extreme: NodeOf<ReductionParameters>): Tensor {
  const x = extreme.inputs[0]!;
  const { axes } = extreme.parameters;
  const chosen = cast(equal(x, reshape(extreme, keptShape(x.shape, axes))), 'f32');
  return sum(multiply(x, stopGradient(divide(chosen, sum(chosen, axes, { keep: true })))), axes);
}
