/** @file A reader of one random stream, for generators that need many numbers of different kinds in a row. */
import { type Key, UNIFORM_SCALE } from './key.ts';
import { cos, log, sin } from './portable-math.ts';
import { threefry2x32 } from './threefry.ts';

/**
 * Draws numbers one after the other from stream 0 of a key. Convenient where the host alone generates (images,
 * functions); what a device must repeat is drawn by index instead (`bitsAt`, `permute`).
 */
export class Draw {
  readonly #key: Key;
  readonly #words = new Uint32Array(2);
  #position = 0;
  #spareNormal: number | undefined;

  constructor(key: Key) {
    this.#key = key;
  }

  /** The next 32 random bits. */
  bits(): number {
    if ((this.#position & 1) === 0) {
      threefry2x32(this.#key[0], this.#key[1], 0, this.#position >>> 1, this.#words);
    }
    const word = this.#words[this.#position & 1]!;
    this.#position += 1;
    return word;
  }

  /** A number in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * ((this.bits() >>> 8) * UNIFORM_SCALE);
  }

  /** An integer in [0, count). */
  integer(count: number): number {
    return this.bits() % count;
  }

  /** One of the given values. */
  pick<T>(values: readonly T[]): T {
    return values[this.integer(values.length)]!;
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** A normal number, by the Box–Muller transform of two uniform ones (the second result is kept for the next call). */
  normal(mean = 0, deviation = 1): number {
    let standard = this.#spareNormal;
    if (standard === undefined) {
      const radius = Math.sqrt(-2 * log(1 - this.uniform()));
      const angle = 2 * Math.PI * this.uniform();
      standard = radius * cos(angle);
      this.#spareNormal = radius * sin(angle);
    } else {
      this.#spareNormal = undefined;
    }
    return mean + deviation * standard;
  }
}
