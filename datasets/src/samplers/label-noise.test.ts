/** @file The bits of label noise, which other programs rebuild from the description: literal values, and the two streams. */
import { expect, it } from 'vitest';
import { keyAt } from '../random/key.ts';
import { threefry2x32 } from '../random/threefry.ts';
import { addLabelNoise } from './label-noise.ts';

const key = keyAt(11, { of: 'noise' });
const labels = Uint32Array.from({ length: 24 }, (_, i) => i % 10);

/** Word i of a stream, from Threefry alone. */
function word(stream: number, i: number): number {
  const block = new Uint32Array(2);
  threefry2x32(key[0], key[1], stream, Math.floor(i / 2), block);
  return block[i % 2]!;
}

it('whether a label changes comes from stream 0, and into what from stream 1', () => {
  const { labels: noisy } = addLabelNoise(labels, 10, { kind: 'uniform-any', rate: 0.5 }, key);
  const right = [...labels].map((label, i) => (word(0, i) >>> 31 === 0 ? word(1, i) % 10 : label));
  expect([...noisy]).toEqual(right);
  // One stream for both would give these instead.
  expect(right).not.toEqual(
    [...labels].map((label, i) => (word(0, i) >>> 31 === 0 ? word(0, i) % 10 : label)),
  );
});

it('uniform noise of seed 11 gives these labels, on every machine', () => {
  const { labels: noisy, wrongShare } = addLabelNoise(labels, 10, { kind: 'uniform', rate: 0.5 }, key);
  expect([...noisy]).toEqual([5, 9, 8, 3, 4, 6, 9, 9, 8, 9, 0, 1, 7, 5, 4, 9, 6, 7, 6, 5, 0, 4, 4, 3]);
  expect(wrongShare).toBe(13 / 24);
});
