import { checkShape, elementCount, type Shape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { add } from '../arithmetic/add.ts';
import { multiply } from '../arithmetic/multiply.ts';
import { iota } from '../indexing/iota.ts';
import { reshape } from '../movement/reshape.ts';
import { boxMuller } from './box-muller.ts';
import { wordsOf } from './key.ts';

/** Normal numbers of a mean (0) and a standard deviation (1): element i is drawn from block (0, i). */
export function normal(key: Tensor, shape: Shape, mean = 0, deviation = 1): Tensor {
  checkShape('normal', shape);
  const [first, second] = wordsOf('normal', key);
  const standard = reshape(boxMuller(first, second, 0, iota([elementCount(shape)])), shape);
  const scaled = deviation === 1 ? standard : multiply(standard, deviation);
  return mean === 0 ? scaled : add(scaled, mean);
}
