import { describe, expect, it } from 'vitest';
import { threefry2x32 } from './threefry.ts';

/** Counter, key, result: the Threefry-2x32, 20-round lines of Random123's `kat_vectors`. */
const KNOWN_ANSWERS = [
  [0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x6b200159, 0x99ba4efe],
  [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
  [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xc4923a9c, 0x483df7a0],
] as const;

const block = (key0: number, key1: number, counter0: number, counter1: number): [number, number] => {
  const out = new Uint32Array(2);
  threefry2x32(key0, key1, counter0, counter1, out);
  return [out[0]!, out[1]!];
};

describe('threefry2x32', () => {
  it.each(KNOWN_ANSWERS)('answers counter %i %i, key %i %i as Random123 does', (c0, c1, k0, k1, x, y) => {
    expect(block(k0, k1, c0, c1)).toEqual([x, y]);
  });

  it('reads only the 32 bits of its inputs: signed and unsigned words are the same', () => {
    expect(block(-1, -1, -1, -1)).toEqual(block(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff));
  });

  it('writes where it is told', () => {
    const out = new Uint32Array([7, 7, 7, 7]);
    threefry2x32(0, 0, 0, 0, out, 1);
    expect([...out]).toEqual([7, 0x6b200159, 0x99ba4efe, 7]);
  });

  it('flips about half of the result bits when one counter bit flips', () => {
    let flipped = 0;
    for (let bit = 0; bit < 32; bit += 1) {
      const [a, b] = block(1, 2, 3, 4);
      const [c, d] = block(1, 2, 3 ^ (1 << bit), 4);
      for (let difference = (a ^ c) >>> 0; difference > 0; difference >>>= 1) flipped += difference & 1;
      for (let difference = (b ^ d) >>> 0; difference > 0; difference >>>= 1) flipped += difference & 1;
    }
    // 32 × 64 fair coins: mean 1024, standard deviation 22.6.
    expect(Math.abs(flipped - 1024)).toBeLessThan(5 * 22.6);
  });
});
