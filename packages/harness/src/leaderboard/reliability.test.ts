import { expect, it } from 'vitest';
import { pooledBins, reliabilityOf } from './reliability.ts';

const run = [
  { count: 1, confidence: 0.2, accuracy: 0 },
  { count: 3, confidence: 0.9, accuracy: 1 },
];

it('reads bins that a record keeps, and no others', () => {
  expect(reliabilityOf({ details: { reliability: run } })).toEqual(run);
  expect(reliabilityOf({})).toBeUndefined();
  expect(
    reliabilityOf({ details: { reliability: [{ count: -1, confidence: 2, accuracy: 0 }] } }),
  ).toBeUndefined();
});

it('pools runs by their counts; an empty bin stays empty', () => {
  const other = [
    { count: 0, confidence: 0, accuracy: 0 },
    { count: 1, confidence: 0.7, accuracy: 0 },
  ];
  const [low, high] = pooledBins([run, other]);
  expect(low).toEqual({ count: 1, confidence: 0.2, accuracy: 0 });
  expect(high!.count).toBe(4);
  expect(high!.confidence).toBeCloseTo((3 * 0.9 + 0.7) / 4, 12);
  expect(high!.accuracy).toBeCloseTo(3 / 4, 12);
  expect(pooledBins([])).toEqual([]);
});
