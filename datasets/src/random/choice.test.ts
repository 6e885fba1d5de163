import { describe, expect, it } from 'vitest';
import { chooseDistinct, drawAt, permutation, permute } from './choice.ts';
import { keyAt } from './key.ts';

const keyOf = (trial: number) => keyAt(2024, { trial });

/** Upper end of what χ² with `degrees` degrees of freedom reaches: five standard deviations above its mean. */
const chiSquareLimit = (degrees: number) => degrees + 5 * Math.sqrt(2 * degrees);

const chiSquare = (counts: Iterable<number>, cells: number, trials: number) => {
  const expected = trials / cells;
  let sum = 0;
  let seen = 0;
  for (const count of counts) {
    sum += (count - expected) ** 2 / expected;
    seen += 1;
  }
  return sum + (cells - seen) * expected;
};

describe('permute', () => {
  it.each([1, 2, 3, 5, 16, 17, 100, 1623])('is a bijection of %i elements', (size) => {
    const seen = new Set(permutation(keyOf(1), size));
    expect(seen.size).toBe(size);
    expect(Math.max(...seen)).toBe(size - 1);
  });

  it('gives the same entry alone as within the whole', () => {
    const whole = permutation(keyOf(2), 50);
    for (let i = 0; i < 50; i += 1) expect(permute(keyOf(2), 50, i)).toBe(whole[i]);
    expect([...permutation(keyOf(2), 50, 5, 10)]).toEqual([...whole.subarray(10, 15)]);
  });

  it('keeps its golden values, which a device must reproduce', () => {
    expect([...permutation([0, 0], 10)]).toMatchInlineSnapshot(`
      [
        3,
        9,
        8,
        5,
        4,
        1,
        6,
        2,
        7,
        0,
      ]
    `);
    expect([...permutation([0x13198a2e, 0x03707344], 1623, 8)]).toMatchInlineSnapshot(`
      [
        683,
        244,
        205,
        710,
        136,
        1163,
        1494,
        1502,
      ]
    `);
    expect([...permutation([1, 2], 60_000, 6, 30_000)]).toMatchInlineSnapshot(`
      [
        34278,
        15141,
        37042,
        14321,
        33575,
        6265,
      ]
    `);
  });

  it.each([
    [3, 6],
    [4, 24],
    [5, 120],
  ])('gives all orders of %i elements equally often', (size, orders) => {
    const trials = 200 * orders;
    const counts = new Map<string, number>();
    for (let trial = 0; trial < trials; trial += 1) {
      const order = permutation(keyOf(trial), size).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(orders);
    expect(chiSquare(counts.values(), orders, trials)).toBeLessThan(chiSquareLimit(orders - 1));
  });

  it('sends every element to every place equally often, and neighbours to every pair of places', () => {
    const size = 20;
    const trials = 8000;
    const places = new Map<number, number>();
    const pairs = new Map<number, number>();
    for (let trial = 0; trial < trials; trial += 1) {
      const order = permutation(keyOf(trial), size);
      for (let i = 0; i < size; i += 1) {
        const cell = i * size + order[i]!;
        places.set(cell, (places.get(cell) ?? 0) + 1);
      }
      const pair = order[7]! * size + order[8]!;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
    expect(chiSquare(places.values(), size * size, trials * size)).toBeLessThan(
      chiSquareLimit((size - 1) ** 2),
    );
    expect(chiSquare(pairs.values(), size * (size - 1), trials)).toBeLessThan(
      chiSquareLimit(size * (size - 1) - 1),
    );
  });

  it('has even and odd permutations, and as many fixed points as chance gives', () => {
    const trials = 2000;
    let even = 0;
    let fixed = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const order = [...permutation(keyOf(trial), 33)];
      fixed += order.filter((value, place) => value === place).length;
      let swaps = 0;
      for (let i = 0; i < order.length; i += 1) {
        while (order[i] !== i) {
          const j = order[i]!;
          [order[i], order[j]] = [order[j]!, order[i]!];
          swaps += 1;
        }
      }
      even += swaps % 2 === 0 ? 1 : 0;
    }
    expect(Math.abs(even / trials - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / trials));
    expect(Math.abs(fixed / trials - 1)).toBeLessThan(5 / Math.sqrt(trials));
  });

  it('says so when more entries are asked for than there are', () => {
    expect(() => permutation(keyOf(0), 5, 6)).toThrow('it has only 5');
    expect(() => chooseDistinct(keyOf(0), 5, 6)).toThrow(
      '6 different elements were asked for, but there are only 5.',
    );
    expect(() => permute(keyOf(0), 0, 0)).toThrow('from 1 to 2^31 - 1, but 0 was given');
  });
});

describe('drawAt', () => {
  it('draws every element equally often', () => {
    const counts = new Map<number, number>();
    for (let i = 0; i < 20_000; i += 1) {
      const element = drawAt(keyOf(0), 37, i);
      counts.set(element, (counts.get(element) ?? 0) + 1);
    }
    expect(chiSquare(counts.values(), 37, 20_000)).toBeLessThan(chiSquareLimit(36));
  });
});
