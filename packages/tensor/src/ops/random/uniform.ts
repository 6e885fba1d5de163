import type { Shape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { add } from '../arithmetic/add.ts';
import { minimum } from '../arithmetic/minimum.ts';
import { multiply } from '../arithmetic/multiply.ts';
import { shiftRight } from '../arithmetic/shift-right.ts';
import { constant } from '../leaf/constant.ts';
import { broadcastTo } from '../reduction/sum-broadcast.ts';
import { cast } from '../rounding/cast.ts';
import { randomBits } from './random-bits.ts';

/** The largest float32 below a number. */
function floatBelow(value: number): number {
  const float = Math.fround(value);
  if (float < value) return float;
  if (float === 0) return -(2 ** -126);
  const bits = new Int32Array(Float32Array.of(float).buffer);
  bits[0]! += float > 0 ? -1 : 1;
  return new Float32Array(bits.buffer)[0]!;
}

/**
 * Numbers in [low, high), 0 and 1 when left out: the upper 24 bits of a random word · 2⁻²⁴, exact in float32,
 * then scaled. Where low = high, all are that number.
 *
 * @throws RangeError for a range that ends before it begins, or that is wider than float32
 */
export function uniform(key: Tensor, shape: Shape, low = 0, high = 1): Tensor {
  if (!(low <= high && Number.isFinite(Math.fround(high - low))))
    throw new RangeError(
      `uniform: no numbers can be drawn from ${low} to below ${high}; give two numbers, the smaller first, at most 3.4e38 apart.`,
    );
  if (low === high) return broadcastTo(constant(low), shape);
  const unit = multiply(cast(shiftRight(randomBits(key, shape), 8), 'f32'), 2 ** -24);
  const scaled = high - low === 1 ? unit : multiply(unit, high - low);
  if (low === 0) return scaled;
  // The sum may round up to `high`, which is not drawn.
  return minimum(add(scaled, low), floatBelow(high));
}
