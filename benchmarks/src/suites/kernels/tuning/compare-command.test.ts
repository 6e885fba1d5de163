/** @file What `kernels compare` says of all problems together. */
import { expect, it } from 'vitest';
import type { Beside } from './beside.ts';
import { comparedText } from './compare-command.ts';

const one = (problem: string, speedup: number, verdict: Beside['verdict']) => ({
  problem,
  name: 'another',
  speedup,
  low: speedup,
  high: speedup,
  verdict,
});

it('the mean, the least, and how many are the same kernel or not told apart', () => {
  const all = [
    one('a', 1, 'the same kernel'),
    one('b', 1.21, 'slower'),
    one('c', 1.01, 'same'),
    one('d', 1 / 1.21, 'faster'),
    one('e', 1 / 1.01, 'ambiguous'),
  ];
  expect(comparedText(all)).toBe(
    '5 problems: geometric mean ×1.000, least ×0.826 (d). 1 have the same kernel, 1 are faster, 1 slower; the tables agree within their ties on 3 of 5.',
  );
  expect(comparedText([])).toBe('Nothing was compared.');
});
