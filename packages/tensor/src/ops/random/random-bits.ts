import { checkShape, elementCount, type Shape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { bitwiseAnd } from '../arithmetic/bitwise-and.ts';
import { shiftRight } from '../arithmetic/shift-right.ts';
import { iota } from '../indexing/iota.ts';
import { reshape } from '../movement/reshape.ts';
import { wordsOf } from './key.ts';
import { threefry } from './threefry.ts';

/**
 * Random words (u32): element i is word i mod 2 of block (stream, i div 2). The same on every adapter and on
 * the host.
 */
export function randomBits(key: Tensor, shape: Shape, stream = 0): Tensor {
  checkShape('randomBits', shape);
  const [first, second] = wordsOf('randomBits', key);
  const position = iota([elementCount(shape)]);
  const bits = threefry(first, second, stream, shiftRight(position, 1), bitwiseAnd(position, 1));
  return reshape(bits, shape);
}
