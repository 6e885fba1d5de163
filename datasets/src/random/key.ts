/**
 * @file Random keys, and how a stream of numbers is named.
 *
 * A key is two 32-bit words. Two things are done with it, and they never meet:
 *
 * - **draw**: block `i` of stream `s` is `threefry(key, (s, i))` with `s < 2^31`;
 * - **split**: the child of axis `a` at index `i` is `threefry(key, (hash(a) | 2^31, i))`.
 *
 * The top bit of the first counter word tells them apart, so no child key is ever handed out as a random number.
 * Everything that is sampled names its axes (`task`, `repetition`, `split`, …): changing the number of tasks, or the
 * order in which they are drawn, changes nothing in any of them.
 */
import { DatasetError } from '../errors.ts';
import { threefry2x32 } from './threefry.ts';

/** Two 32-bit words, unsigned. */
export type Key = readonly [number, number];

/** The values of named axes, for example `{ split: 'train', task: 17, repetition: 0 }`. */
export type Axes = Readonly<Record<string, number | string>>;

/** 2^-24: what turns the upper 24 bits of a word into a float32-exact number in [0, 1). */
export const UNIFORM_SCALE = 2 ** -24;

const scratch = new Uint32Array(2);

/**
 * 32-bit FNV-1a over the UTF-8 bytes of a name.
 * Source: Fowler, Noll and Vo; offset basis 0x811c9dc5, prime 0x01000193.
 */
export function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * The key of a seed.
 *
 * @param seed - An integer in [0, 2^53); its low 32 bits are the second word, the rest the first.
 * @throws DatasetError if the seed is not such an integer.
 */
export function rootKey(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new DatasetError(`A seed is an integer from 0 to 2^53 - 1, but ${seed} was given.`);
  }
  return [Math.floor(seed / 2 ** 32), seed >>> 0];
}

/**
 * The child key of one axis at one index: `threefry(parent, (hash(axis) | 2^31, index))`.
 *
 * @param parent - The key to split.
 * @param axis - What the children are: `task`, `class`, `epoch` …
 * @param index - Which child: an integer in [0, 2^32), or a name, which is hashed.
 */
export function splitKey(parent: Key, axis: string, index: number | string): Key {
  const word = typeof index === 'string' ? hashName(index) : index;
  if (!Number.isInteger(word) || word < 0 || word >= 2 ** 32) {
    throw new DatasetError(
      `The index of axis '${axis}' is an integer from 0 to 2^32 - 1, but ${index} was given.`,
    );
  }
  threefry2x32(parent[0], parent[1], hashName(axis) | 0x80000000, word, scratch);
  return [scratch[0]!, scratch[1]!];
}

/**
 * The key at a point of several named axes. The axes are taken in the order of their names, so that the order in which
 * they are written does not matter.
 *
 * @param seed - A seed or a key to start from.
 * @param axes - For example `{ split: 'test', task: 3, repetition: 0 }`.
 */
export function keyAt(seed: number | Key, axes: Axes): Key {
  let key = typeof seed === 'number' ? rootKey(seed) : seed;
  for (const axis of Object.keys(axes).sort()) key = splitKey(key, axis, axes[axis]!);
  return key;
}

/**
 * Random word `index` of a stream: word `index & 1` of block `index >>> 1`.
 *
 * @returns An unsigned 32-bit integer.
 */
export function bitsAt(key: Key, stream: number, index: number): number {
  threefry2x32(key[0], key[1], stream, index >>> 1, scratch);
  return scratch[index & 1]!;
}

/**
 * The first words of a stream.
 *
 * @param key - The key to draw from.
 * @param stream - Which stream, an integer in [0, 2^31).
 * @param count - How many words.
 */
export function randomBits(key: Key, stream: number, count: number): Uint32Array {
  const padded = new Uint32Array(count + (count & 1));
  for (let i = 0; i < count; i += 2) threefry2x32(key[0], key[1], stream, i >>> 1, padded, i);
  return padded.subarray(0, count);
}

/** Uniform number `index` of a stream: `(bits >>> 8) * 2^-24`, in [0, 1), exact in float32. */
export function uniformAt(key: Key, stream: number, index: number): number {
  return (bitsAt(key, stream, index) >>> 8) * UNIFORM_SCALE;
}

/** The first uniform numbers of a stream, in [0, 1). */
export function randomUniform(key: Key, stream: number, count: number): Float32Array {
  const bits = randomBits(key, stream, count);
  return Float32Array.from(bits, (word) => (word >>> 8) * UNIFORM_SCALE);
}
