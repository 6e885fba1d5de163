import type { Shape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { add } from '../arithmetic/add.ts';
import { multiply } from '../arithmetic/multiply.ts';
import { shiftRight } from '../arithmetic/shift-right.ts';
import { cast } from '../rounding/cast.ts';
import { randomBits } from './random-bits.ts';

/**
 * Numbers in [low, high), 0 and 1 when left out: the upper 24 bits of a random word · 2⁻²⁴, exact in float32,
 * then scaled.
 */
export function uniform(key: Tensor, shape: Shape, low = 0, high = 1): Tensor {
  const unit = multiply(cast(shiftRight(randomBits(key, shape), 8), 'f32'), 2 ** -24);
  const scaled = high - low === 1 ? unit : multiply(unit, high - low);
  return low === 0 ? scaled : add(scaled, low);
}
