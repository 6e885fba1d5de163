/**
 * @file Keys: what every random number is drawn from. A key is a u32 [2] tensor; it is used for one purpose,
 * and children are made of it.
 */
import { ShapeError, sameShape, showShape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { childCounter } from '../helpers/threefry.ts';
import { iota } from '../indexing/iota.ts';
import { array } from '../leaf/input.ts';
import { slice } from '../movement/pad-slice.ts';
import { reshape } from '../movement/reshape.ts';
import { threefry } from './threefry.ts';

/**
 * The key of a seed.
 *
 * @param seed a whole number from 0 to 2⁵³ − 1: the low 32 bits are the second word of the key
 */
export function randomKey(seed: number): Tensor {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`randomKey: ${seed} is not a seed; give a whole number from 0 to 2^53 − 1.`);
  return array([Math.floor(seed / 2 ** 32), seed >>> 0], [2], 'u32');
}

/** The two words of a key, each of shape []. */
export function wordsOf(asker: string, key: Tensor): readonly [Tensor, Tensor] {
  if (key.dtype !== 'u32' || !sameShape(key.shape, [2]))
    throw new ShapeError(
      `${asker}: the key is ${key.dtype}${showShape(key.shape)}, but keys are u32[2], as randomKey and foldIn give them; use vmap for many keys.`,
    );
  return [reshape(slice(key, [0], [1]), []), reshape(slice(key, [1], [2]), [])];
}

/**
 * A child of a key: for each number (a step, a task) another one.
 *
 * @param data which child: a number, or a u32 tensor of shape []
 * @param axis what the children are, such as 'step': children of different axes are different
 *
 * @example
 * ```ts
 * import { evaluate, foldIn, normal, randomKey } from '@longhorizon/tensor';
 *
 * const noise = (step: number) => normal(foldIn(randomKey(7), step, 'step'), [2]);
 * const [first, again, second] = evaluate([noise(0), noise(0), noise(1)]);
 * console.assert(String(first!.data) === String(again!.data) && String(first!.data) !== String(second!.data));
 * ```
 */
export function foldIn(key: Tensor, data: Tensor | number, axis = 'fold'): Tensor {
  const [first, second] = wordsOf('foldIn', key);
  return threefry(first, second, childCounter(axis), data, iota([2]));
}

/** `count` children of a key, u32 [count, 2]: row i is `foldIn(key, i, axis)`. */
export function splitKey(key: Tensor, count: number, axis = 'fold'): Tensor {
  const [first, second] = wordsOf('splitKey', key);
  return threefry(first, second, childCounter(axis), iota([count, 2], 0), iota([count, 2], 1));
}
