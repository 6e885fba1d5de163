import { expect, it } from 'vitest';
import { gainShare } from './gain.ts';
import type { LeaderboardRow } from './row.ts';

/** A row whose metric begins at `start` and ends at `end`, seed by seed. */
function row(
  seeds: readonly number[],
  start: readonly number[],
  end: readonly number[],
  direction = 'lower',
) {
  const metric = { spec: { direction }, start, units: end };
  return { seeds, metric } as unknown as LeaderboardRow;
}

it('a gain is a share of what the exact method gains on the same seed', () => {
  const exact = row([4, 2, 7], [10, 10, 10], [2, 5, 6]);
  const own = row([2, 4, 9], [10, 10, 10], [9, 8, 1]);
  expect(gainShare(own, exact)?.units).toEqual([0.2, 0.25, undefined]);
});

it('a seed on which the exact method gains nothing, or loses, has no share', () => {
  const exact = row([0, 1, 2], [10, 10, 10], [5, 10, 12]);
  expect(gainShare(row([0, 1, 2], [10, 10, 10], [7.5, 5, 14]), exact)?.units).toEqual([
    0.5,
    undefined,
    undefined,
  ]);
});

it('where more is better a gain is upwards, and what ended nowhere has none', () => {
  const exact = row([0, 1], [0, 0], [4, 4], 'higher');
  expect(gainShare(row([0, 1], [0, 0], [1, Number.NEGATIVE_INFINITY], 'higher'), exact)?.units).toEqual([
    0.25,
    undefined,
  ]);
  expect(gainShare(row([0], [0], [1], 'higher'), undefined)).toBeUndefined();
});
