import type { Shape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { modulo } from '../arithmetic/modulo.ts';
import { randomBits } from './random-bits.ts';

/**
 * Whole numbers 0 … count − 1 (u32), drawn with replacement: a random word modulo `count`, which favours
 * small ones by less than count / 2³².
 */
export function randomIntegers(key: Tensor, shape: Shape, count: number): Tensor {
  if (!Number.isInteger(count) || count < 1 || count > 0xffffffff)
    throw new RangeError(
      `randomIntegers: numbers below ${count} were asked for; give a whole number from 1 to 2^32 − 1.`,
    );
  return modulo(randomBits(key, shape), count);
}
