import { expect, test } from 'vitest';
import { add, closingLine } from './tally.ts';

test('the closing line', () => {
  expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
  expect(closingLine({ passed: 12, failed: 3, skipped: 1 })).toBe('12 passed, 3 failed, 1 skipped');
});

test('sums', () => {
  const one = { passed: 1, failed: 2, skipped: 3 };
  expect(add(one, { passed: 10, failed: 20, skipped: 30 })).toEqual({ passed: 11, failed: 22, skipped: 33 });
});
