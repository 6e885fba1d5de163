import { expect, it } from 'vitest';
import { summarise } from './summarise.ts';

it('a mean over seeds has an interval of n − 1 degrees of freedom: t = 4.3027 for three', () => {
  const { ci95, ...rest } = summarise([6, 1, 2]);
  expect(rest).toEqual({ count: 3, mean: 3, median: 2, least: 1, greatest: 6 });
  expect(ci95).toBeCloseTo(6.572410606694131, 10);
});

it('the median of an even number is between the two in the middle', () => {
  expect(summarise([10, 1, 4, 2]).median).toBe(3);
});

it('one seed has no interval', () => {
  expect(summarise([5])).toMatchObject({ count: 1, mean: 5, median: 5, ci95: Number.NaN });
});
