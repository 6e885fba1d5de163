/**
 * @file Permutations and choices that host and device compute alike.
 *
 * `permute(key, n, i)` is a keyed bijection of [0, n): entry `i` of a random permutation, computed on its own. Nothing
 * is sorted, stored or uploaded, so step `t` of a loop finds its batch from a counter, on the host or in a shader.
 *
 * The bijection is the swap-or-not shuffle (Hoang, Morris and Rogaway, "An enciphering scheme based on a card
 * shuffle", CRYPTO 2012). Round `r` has an offset `K_r`; it pairs every `x` with `(K_r - x) mod n`, and a random bit
 * of the pair decides whether its two members swap:
 *
 *     partner = (K_r + n - x) mod n
 *     x       = bit(r, max(x, partner)) ? partner : x
 *
 * It works for every n without padding, has no loop of unknown length, and needs integers only. Words: the offset is
 * `bits(key, stream 2r, 0) mod n`, the bit is the top bit of word 0 of block `max(x, partner)` of stream `2r + 1`.
 *
 * 32 rounds: an element that no round moved would be left with probability 2^-32. `choice.test.ts` tests all n! orders
 * for small n, every position for larger n, and pairs.
 */
import { DatasetError } from '../errors.ts';
import { requireWhole } from '../whole.ts';
import { bitsAt, type Key } from './key.ts';
import { threefry2x32 } from './threefry.ts';

/** Rounds of the swap-or-not shuffle. Host and device must agree on it. */
export const PERMUTATION_ROUNDS = 32;

const scratch = new Uint32Array(2);

/** Entry `index` of the permutation of [0, size) that belongs to `key`. */
export function permute(key: Key, size: number, index: number): number {
  checkSize(size);
  requireWhole('The position in a permutation', index, 0, size - 1);
  return permuteWith(key, roundOffsets(key, size), size, index);
}

/**
 * Entries `start … start + count - 1` of the permutation of [0, size) that belongs to `key`.
 *
 * @param key - Chooses the permutation.
 * @param size - Number of elements n.
 * @param count - How many entries, n by default.
 * @param start - The first entry, 0 by default.
 * @throws DatasetError if the entries asked for do not all exist.
 */
export function permutation(key: Key, size: number, count = size, start = 0): Uint32Array {
  checkSize(size);
  requireWhole('The number of entries of a permutation', count);
  requireWhole('The first entry of a permutation', start);
  if (start + count > size) {
    throw new DatasetError(
      `Entries ${start} to ${start + count - 1} of a permutation of ${size} elements were asked for; it has only ${size}.`,
    );
  }
  const offsets = roundOffsets(key, size);
  return Uint32Array.from({ length: count }, (_, i) => permuteWith(key, offsets, size, start + i));
}

/**
 * `count` different elements of [0, size) in random order: the first entries of the permutation.
 *
 * @throws DatasetError if more elements are asked for than there are.
 */
export function chooseDistinct(key: Key, size: number, count: number): Uint32Array {
  if (count > size)
    throw new DatasetError(`${count} different elements were asked for, but there are only ${size}.`);
  return permutation(key, size, count);
}

/**
 * Element `index` of a sequence drawn from [0, size) with replacement: `bits(key, stream 0, index) mod size`. The
 * remainder favours small elements by less than size / 2^32.
 */
export function drawAt(key: Key, size: number, index: number): number {
  return bitsAt(key, 0, index) % size;
}

function permuteWith(key: Key, offsets: Uint32Array, size: number, index: number): number {
  let x = index;
  for (let round = 0; round < PERMUTATION_ROUNDS; round += 1) {
    const partner = (offsets[round]! + size - x) % size;
    threefry2x32(key[0], key[1], 2 * round + 1, Math.max(x, partner), scratch);
    if (scratch[0]! >>> 31) x = partner;
  }
  return x;
}

function roundOffsets(key: Key, size: number): Uint32Array {
  return Uint32Array.from({ length: PERMUTATION_ROUNDS }, (_, round) => bitsAt(key, 2 * round, 0) % size);
}

/** Sizes stay below 2^31 so that `offset + size - x` fits in 32 bits. */
function checkSize(size: number): void {
  if (!Number.isInteger(size) || size < 1 || size >= 2 ** 31) {
    throw new DatasetError(
      `A permutation needs a number of elements from 1 to 2^31 - 1, but ${size} was given.`,
    );
  }
}
