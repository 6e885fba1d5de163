/** @file What `kernels compare` says of all problems together, and of two tables' ties. */
import { expect, it } from 'vitest';
import { agreementText, saidOf } from './agreement.ts';
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

it('tables agree where a choice of one is among the ties of the other, whatever else is tied', () => {
  const line = (key: string, variant: string, ...tied: string[]) => ({
    family: 'matmul',
    key,
    kernel: variant,
    variant,
    tied,
    why: '',
  });
  const own = [
    line('a', 'old'),
    line('a', 'x', 'y'),
    line('b', 'x', 'y'),
    line('c', 'x', 'z'),
    line('d', 'x'),
  ];
  const other = [line('a', 'x'), line('b', 'y'), line('c', 'y', 'z'), line('e', 'x')];
  const text = agreementText(
    ['a', 'b', 'c', 'd'].map((problem) => ({
      problem,
      own: saidOf(own, 'matmul', [problem]),
      other: saidOf(other, 'matmul', [problem]),
    })),
  );
  expect(text.split('\n').map((one) => one.replace(/ {2,}/g, ' '))).toEqual([
    'a x the same',
    'b x y, one of its ties',
    'c x y, and not tied',
    '',
    'The tables agree within their ties on 2 of 3 problems (67 %). 1 problems are not in both.',
  ]);
  expect(saidOf(own, 'conv2d', ['a'])).toBeUndefined();
});
