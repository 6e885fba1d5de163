import { describe, expect, it } from 'vitest';
import { Draw } from './draw.ts';
import { bitsAt, hashName, keyAt, randomBits, randomUniform, rootKey, splitKey, uniformAt } from './key.ts';

describe('keys', () => {
  it('hashes names as FNV-1a does', () => {
    expect(hashName('')).toBe(0x811c9dc5);
    expect(hashName('a')).toBe(0xe40c292c);
    expect(hashName('foobar')).toBe(0xbf9cf968);
  });

  it('keeps all 53 bits of a seed', () => {
    expect(rootKey(2 ** 53 - 1)).toEqual([0x1fffff, 0xffffffff]);
    expect(rootKey(5)).toEqual([0, 5]);
  });

  it('does not depend on the order in which axes are written', () => {
    expect(keyAt(1, { task: 3, split: 'train' })).toEqual(keyAt(1, { split: 'train', task: 3 }));
  });

  it('gives different keys to different axes, indices, names and parents', () => {
    const keys = [
      keyAt(1, { task: 3 }),
      keyAt(1, { task: 4 }),
      keyAt(2, { task: 3 }),
      keyAt(1, { epoch: 3 }),
      keyAt(1, { split: 'train' }),
      keyAt(1, { split: 'test' }),
      keyAt(1, { task: 3, epoch: 0 }),
    ];
    expect(new Set(keys.map(String)).size).toBe(keys.length);
  });

  it('never hands out a child key as a random number', () => {
    const root = rootKey(9);
    const drawn = new Set<string>();
    for (let stream = 0; stream < 20; stream += 1) {
      const words = randomBits(root, stream, 200);
      for (let i = 0; i < 200; i += 2) drawn.add(`${words[i]},${words[i + 1]}`);
    }
    for (let i = 0; i < 200; i += 1) expect(drawn.has(String(splitKey(root, 'task', i)))).toBe(false);
  });

  it('says what a seed must be', () => {
    expect(() => rootKey(-1)).toThrow('A seed is an integer from 0 to 2^53 - 1, but -1 was given.');
    expect(() => rootKey(0.5)).toThrow('but 0.5 was given');
    expect(() => splitKey([0, 0], 'task', 1.5)).toThrow("The index of axis 'task' is an integer");
  });
});

describe('streams', () => {
  const key = rootKey(42);

  it('are the same read one by one and as a whole', () => {
    const words = randomBits(key, 7, 9);
    expect(words.length).toBe(9);
    expect([...words]).toEqual(Array.from({ length: 9 }, (_, i) => bitsAt(key, 7, i)));
    const numbers = randomUniform(key, 7, 5);
    expect([...numbers]).toEqual(Array.from({ length: 5 }, (_, i) => uniformAt(key, 7, i)));
  });

  it('are uniform: mean and variance of 20,000 numbers, and a χ² test over 64 cells', () => {
    const numbers = randomUniform(key, 0, 20_000);
    const cells = new Array<number>(64).fill(0);
    let sum = 0;
    let squares = 0;
    for (const u of numbers) {
      expect(u).toBeGreaterThanOrEqual(0);
      expect(u).toBeLessThan(1);
      sum += u;
      squares += u * u;
      cells[Math.floor(u * 64)]! += 1;
    }
    const mean = sum / 20_000;
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / 20_000));
    expect(Math.abs(squares / 20_000 - mean * mean - 1 / 12)).toBeLessThan(0.003);
    const chiSquare = cells.reduce((total, count) => total + (count - 312.5) ** 2 / 312.5, 0);
    // 63 degrees of freedom: mean 63, standard deviation 11.2.
    expect(chiSquare).toBeLessThan(63 + 5 * 11.2);
  });
});

describe('Draw', () => {
  it('draws normal numbers with mean 0 and deviation 1', () => {
    const draw = new Draw(rootKey(3));
    const numbers = Array.from({ length: 20_000 }, () => draw.normal());
    const mean = numbers.reduce((a, b) => a + b) / numbers.length;
    const variance = numbers.reduce((a, b) => a + b * b, 0) / numbers.length;
    const beyondTwo = numbers.filter((z) => Math.abs(z) > 2).length / numbers.length;
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(20_000));
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
    expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(0.008);
  });

  it('repeats itself from the same key', () => {
    const first = new Draw(rootKey(3));
    const second = new Draw(rootKey(3));
    for (let i = 0; i < 100; i += 1) {
      expect(first.integer(10)).toBe(second.integer(10));
      expect(first.normal(2, 3)).toBe(second.normal(2, 3));
      expect(first.pick(['a', 'b', 'c'])).toBe(second.pick(['a', 'b', 'c']));
    }
  });
});
