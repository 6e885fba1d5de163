import type { DType, Tensor } from '../../graph/tensor.ts';
import { equal } from '../comparison/equal.ts';
import { checkIndices } from '../helpers/indices.ts';
import { expandAxes } from '../movement/expand-axes.ts';
import { cast } from '../rounding/cast.ts';
import { iota } from './iota.ts';

/**
 * 1 where the last, new axis equals the index, else 0: indices [...] → [..., classes]. An index outside gives
 * only zeros.
 */
export function oneHot(indices: Tensor, classes: number, dtype: DType = 'f32'): Tensor {
  checkIndices('oneHot', indices);
  return cast(equal(expandAxes(indices, -1), iota([classes])), dtype);
}
