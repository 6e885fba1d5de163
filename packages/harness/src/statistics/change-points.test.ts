import { expect, it } from 'vitest';
import { changePoints, fewestForChangePoints, pottsSteps, welchSplits } from './change-points.ts';
import { randomFrom } from './random.ts';

const noisy = (levels: readonly number[], each: number, noise: number, seed: number): readonly number[] => {
  const random = randomFrom(seed);
  return levels.flatMap((level) => Array.from({ length: each }, () => level * (1 + noise * random.normal())));
};

it('finds one step of five noise widths where it is, by both detectors', () => {
  for (let seed = 0; seed < 20; seed++) {
    const found = changePoints(noisy([100, 110], 15, 0.02, seed)).filter(({ agreed }) => agreed);
    expect(found).toHaveLength(1);
    expect(Math.abs(found[0]!.index - 15)).toBeLessThanOrEqual(1);
    expect(found[0]!.change).toBeCloseTo(0.1, 1);
  }
});

it('agrees on nothing in noise: at most one series of a hundred', () => {
  const alarms = Array.from({ length: 100 }, (_, seed) =>
    changePoints(noisy([100], 30, 0.02, 1000 + seed)),
  ).filter((found) => found.some(({ agreed }) => agreed));
  expect(alarms.length).toBeLessThanOrEqual(1);
});

it('finds what went up and came down again, and one value alone is no level', () => {
  const values = noisy([100, 120, 100], 10, 0.01, 7);
  expect(pottsSteps(values)).toEqual([10, 20]);
  expect(welchSplits(values)).toEqual([10, 20]);
  const spike = noisy([100], 20, 0.01, 8).map((value, k) => (k === 9 ? 150 : value));
  expect(changePoints(spike)).toEqual([]);
});

it('splits at a level of 0.01 times the places, and joins again what does not differ at 0.001', () => {
  expect(welchSplits([102, 100, 101, 102, 109, 106, 107, 106])).toEqual([4]);
  expect(welchSplits([100, 100, 100, 100, 105, 107, 105, 106])).toEqual([]);
});

it('is silent on short series, and exact on series without noise', () => {
  expect(changePoints([1, 1, 1, 2, 2, 2, 2])).toEqual([]);
  expect(fewestForChangePoints).toBe(8);
  expect(changePoints([1, 1, 1, 1, 2, 2, 2, 2])).toEqual([{ index: 4, change: 1, agreed: true }]);
});
