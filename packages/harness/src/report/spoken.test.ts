import { expect, it } from 'vitest';
import { spoken } from './spoken.ts';

it('says the last point of each line, with its numbers and without bounds', () => {
  const rows = [
    { method: 'exact', T: 10, KiB: 40 },
    { method: 'one-step', T: 10, KiB: 23.5 },
    { method: 'exact', T: 100, KiB: 400, low: 1, high: 2, seeds: '399 401' },
  ];
  expect(spoken(rows)).toBe('At the end of each line: exact: T 100, KiB 400; one-step: T 10, KiB 23.5.');
});

it('is silent about nothing, and counts what is too much to hear', () => {
  expect(spoken([])).toBe('');
  const many = Array.from({ length: 20 }, (_, index) => ({ method: `m${index}`, T: index }));
  expect(spoken(many)).toMatch(/m13: T 13; and 6 more\.$/);
});
