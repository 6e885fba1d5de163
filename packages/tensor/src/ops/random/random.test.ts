import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../graph/tensor.ts';
import { evaluate } from '../../reference/evaluate.ts';
import { vmap } from '../../transform/index.ts';
import {
  array,
  bernoulli,
  choice,
  foldIn,
  normal,
  permute,
  randomBits,
  randomIntegers,
  randomKey,
  randomPermutation,
  splitKey,
  threefry,
  uniform,
} from '../index.ts';

const numbersOf = (tensor: Tensor): number[] => [...evaluate([tensor], new Map())[0]!.data];
const keyOf = (...words: [number, number]) => array(words, [2], 'u32');

describe('threefry', () => {
  it.each([
    [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xc4923a9c, 0x483df7a0],
  ])('answers counter %i %i under key %i %i as Random123 does', (c0, c1, k0, k1, x, y) => {
    const word = (which: number) => numbersOf(threefry(array([k0], [1], 'u32'), k1, c0, c1, which))[0];
    expect([word(0), word(1)]).toEqual([x, y]);
  });
});

describe('permutations', () => {
  it('are those of the data sets, entry for entry', () => {
    expect(numbersOf(randomPermutation(keyOf(0, 0), 10))).toEqual([3, 9, 8, 5, 4, 1, 6, 2, 7, 0]);
    expect(numbersOf(choice(keyOf(0x13198a2e, 0x03707344), 1623, 8))).toEqual([
      683, 244, 205, 710, 136, 1163, 1494, 1502,
    ]);
    const entries = array([30000, 30001, 30002], [3], 'u32');
    expect(numbersOf(permute(keyOf(1, 2), 60_000, entries))).toEqual([34278, 15141, 37042]);
  });

  it('hold every number once', () => {
    expect(numbersOf(randomPermutation(randomKey(5), 97)).sort((a, b) => a - b)).toEqual([
      ...new Array(97).keys(),
    ]);
  });
});

describe('keys', () => {
  it('of a seed hold its high and low words', () => {
    expect(numbersOf(randomKey(2 ** 32 * 7 + 9))).toEqual([7, 9]);
    expect(() => randomKey(-1)).toThrow('randomKey: -1 is not a seed');
  });

  it('have children that differ by number and by axis, the same one by one as together', () => {
    const key = randomKey(1);
    const children = numbersOf(splitKey(key, 3));
    expect(numbersOf(foldIn(key, 2))).toEqual(children.slice(4));
    expect(numbersOf(foldIn(key, array([2], [], 'u32')))).toEqual(children.slice(4));
    expect(numbersOf(foldIn(key, 2, 'step'))).not.toEqual(children.slice(4));
    expect(new Set(children).size).toBe(6);
  });

  it('in a batch draw what each draws alone', () => {
    const keys = splitKey(randomKey(3), 2);
    const together = numbersOf(vmap((key: Tensor) => uniform(key, [3]))(keys));
    const alone = [0, 1].flatMap((i) => numbersOf(uniform(foldIn(randomKey(3), i), [3])));
    expect(together).toEqual(alone);
  });
});

describe('numbers', () => {
  const count = 20_000;
  const moments = (numbers: readonly number[]) => {
    const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
    return { mean, variance: numbers.reduce((a, b) => a + (b - mean) ** 2, 0) / numbers.length };
  };

  it('are words of counted blocks', () => {
    expect(numbersOf(randomBits(keyOf(0, 0), [2]))).toEqual([0x6b200159, 0x99ba4efe]);
  });

  it('uniform: inside the range, with its mean and variance', () => {
    const numbers = numbersOf(uniform(randomKey(1), [count], -1, 3));
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...numbers)).toBeLessThan(3);
    const { mean, variance } = moments(numbers);
    expect(Math.abs(mean - 1)).toBeLessThan(5 * Math.sqrt(16 / 12 / count));
    expect(Math.abs(variance / (16 / 12) - 1)).toBeLessThan(0.03);
  });

  it('integers: as many as a word holds, and a refusal of more or none', () => {
    expect(numbersOf(randomIntegers(randomKey(1), [3], 1))).toEqual([0, 0, 0]);
    expect(numbersOf(randomIntegers(randomKey(1), [3], 2 ** 32 - 1))).toHaveLength(3);
    for (const count of [2 ** 32, 0, 1.5])
      expect(() => randomIntegers(randomKey(1), [3], count)).toThrow(
        `randomIntegers: numbers below ${count} were asked for; give a whole number from 1 to 2^32 − 1.`,
      );
  });

  it('uniform: one number where the range is one, and a refusal where it is none', () => {
    expect(numbersOf(uniform(randomKey(1), [3], 1, 1))).toEqual([1, 1, 1]);
    for (const [low, high] of [
      [2, 1],
      [-3e38, 3e38],
      [0, NaN],
    ])
      expect(() => uniform(randomKey(1), [3], low, high)).toThrow(
        `uniform: no numbers can be drawn from ${low} to below ${high}; give two numbers`,
      );
  });

  it('normal: mean, variance and tails', () => {
    const { mean, variance } = moments(numbersOf(normal(randomKey(2), [count], 3, 2)));
    expect(Math.abs(mean - 3)).toBeLessThan((5 * 2) / Math.sqrt(count));
    expect(Math.abs(variance / 4 - 1)).toBeLessThan(0.05);
    const beyond = numbersOf(normal(randomKey(2), [count])).filter((z) => Math.abs(z) > 2).length;
    expect(Math.abs(beyond / count - 0.0455)).toBeLessThan(0.008);
  });

  it('bernoulli and integers: as often as they should', () => {
    const hits = numbersOf(bernoulli(randomKey(3), 0.3, [count])).reduce((a, b) => a + b, 0);
    expect(Math.abs(hits / count - 0.3)).toBeLessThan(5 * Math.sqrt(0.21 / count));
    const numbers = numbersOf(randomIntegers(randomKey(4), [count], 6));
    for (let face = 0; face < 6; face++)
      expect(Math.abs(numbers.filter((n) => n === face).length / count - 1 / 6)).toBeLessThan(0.014);
  });
});
