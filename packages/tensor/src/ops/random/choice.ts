import type { Tensor } from '../../graph/tensor.ts';
import { iota } from '../indexing/iota.ts';
import { permute } from './permute.ts';

/** The numbers 0 … size − 1 in a random order (u32). */
export function randomPermutation(key: Tensor, size: number): Tensor {
  return permute(key, size, iota([size]));
}

/**
 * `count` different numbers of 0 … size − 1 in a random order (u32): the first entries of the permutation.
 */
export function choice(key: Tensor, size: number, count: number): Tensor {
  if (!Number.isInteger(count) || count < 0 || count > size)
    throw new RangeError(
      `choice: ${count} different numbers below ${size} were asked for; give a count from 0 to ${size}.`,
    );
  return permute(key, size, iota([count]));
}
