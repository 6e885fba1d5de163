import type { CellRecord } from '@longhorizon/harness';
import { describe, expect, it } from 'vitest';
import { bySeed, meanOf, pairedMean } from './over-seeds.ts';

const record = (
  method: string,
  seed: number,
  accuracy: number | null,
  status = 'ok',
  pass = 'training',
): CellRecord =>
  ({
    config: { problem: 'fashion-100', method, seed, pass },
    status,
    training: { curve: [], final: { accuracy } },
  }) as unknown as CellRecord;

describe('numbers over seeds', () => {
  it('have the mean and the interval of Student: t = 4.3027 for three', () => {
    const { mean, halfWidth, count } = meanOf([1, 2, 6]);
    expect([mean, count]).toEqual([3, 3]);
    // With two degrees of freedom the quantile is (2p − 1) / √(2p(1 − p)), which the library meets to nine digits.
    expect(halfWidth).toBeCloseTo((0.95 / Math.sqrt(2 * 0.975 * 0.025)) * Math.sqrt(7 / 3), 8);
    expect(halfWidth).toBeCloseTo(6.572410606694131, 10);
    expect(meanOf([5])).toEqual({ mean: 5, halfWidth: null, count: 1 });
    expect(() => meanOf([])).toThrow(/there are no values/);
  });

  it('are paired by seed; what is missing, failed or of another pass has no part', () => {
    const records = [
      record('lazy', 0, 0.7),
      record('lazy', 1, 0.8),
      record('lazy', 2, null),
      record('one', 0, 0.6),
      record('one', 1, 0.75),
      record('one', 3, 0.9),
      record('one', 2, 0.1, 'timeout'),
      record('lazy', 1, 0.2, 'ok', 'meta-test'),
      record('lazy', 3, 0.2, 'ok', 'meta-test'),
    ];
    const of = (method: string) => bySeed(records, 'fashion-100', method, 'accuracy');
    expect([...of('lazy').keys()]).toEqual([0, 1]);
    const difference = pairedMean(of('lazy'), of('one'));
    expect(difference?.mean).toBeCloseTo(0.075, 12);
    expect(difference?.count).toBe(2);
    expect(pairedMean(of('lazy'), new Map())).toBeUndefined();
  });
});
