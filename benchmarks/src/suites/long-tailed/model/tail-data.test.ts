import { keyAt } from '@longhorizon/datasets';
import { describe, expect, it } from 'vitest';
import { smallGlyphs } from '../../hypergradient/testing/small.ts';
import { checkBalanced, groupsOf, type TailDataOptions, tailData } from './tail-data.ts';
import { onlyClasses } from './two-classes.ts';

const options = (): TailDataOptions => ({
  dataset: smallGlyphs(),
  imbalance: 8,
  largest: 16,
  devPerClass: 4,
  testPerClass: 10,
  key: keyAt(3, { of: 'tail' }),
});

describe('a long-tailed set with balanced sets beside it', () => {
  it('has n_c = n_max · f^{c/(C−1)} training examples, and as many of every class elsewhere', () => {
    const { counts, sizes, given } = tailData(options());
    counts.forEach((count, c) => {
      expect(count).toBe(Math.floor(16 * (1 / 8) ** (c / 9) + 1e-9));
    });
    expect(sizes).toEqual({ train: counts.reduce((sum, one) => sum + one), dev: 40, test: 100 });
    const labels = Array.from(given.labels.values);
    const of = (from: number, size: number) =>
      Array.from({ length: 10 }, (_, c) => labels.slice(from, from + size).filter((y) => y === c).length);
    expect(of(0, sizes.train)).toEqual([...counts]);
    expect(of(sizes.train, sizes.dev)).toEqual(new Array(10).fill(4));
    expect(of(sizes.train + sizes.dev, sizes.test)).toEqual(new Array(10).fill(10));
  });

  it('groups classes by size', () => {
    expect(groupsOf(Uint32Array.of(5, 90, 7, 40))).toEqual(['few', 'many', 'medium', 'medium']);
    expect(groupsOf(Uint32Array.of(9, 1))).toEqual(['many', 'few']);
  });

  it('can be made of two classes, in the order given', () => {
    const two = onlyClasses(smallGlyphs(), [7, 2]);
    expect(two.shape).toEqual([60, 8, 8, 1]);
    expect(two.classNames).toEqual([smallGlyphs().classNames[7], smallGlyphs().classNames[2]]);
    const { counts } = tailData({ ...options(), dataset: two, imbalance: 4 });
    expect([...counts]).toEqual([16, 4]);
  });

  it('refuses what cannot be balanced, in a sentence', () => {
    expect(() => tailData({ ...options(), devPerClass: 0 })).toThrow(
      /The dev set has no example of class 0, .* give every class as many/,
    );
    expect(() => checkBalanced(Uint32Array.of(0, 0, 1, 1, 1, 2, 2), 3)).toThrow(
      /2 examples of class 0 and 3 of class 1/,
    );
    expect(() => tailData({ ...options(), testPerClass: 14 })).toThrow(
      /14 images a class .* leave 10 of class 0/,
    );
    expect(() => tailData({ ...options(), imbalance: 0.5 })).toThrow(/at least 1; 0.5 was given/);
    expect(() => tailData({ ...options(), imbalance: 100 })).toThrow(/without any/);
  });
});
