import { describe, expect, it } from 'vitest';
import { problemWith, relativeError } from './check.ts';

const expected = [Float64Array.of(1, -4), Float64Array.of(0, 0)];

describe('the check before timing', () => {
  it('measures errors against the largest element of each result', () => {
    expect(
      relativeError(
        [
          [1, -4.004],
          [0, 0],
        ],
        expected,
      ),
    ).toBeCloseTo(0.001, 12);
    expect(
      relativeError(
        [
          [1, -4],
          [0.5, 0],
        ],
        expected,
      ),
    ).toBe(0.5);
  });

  it('passes what is within the tolerance', () => {
    expect(
      problemWith(
        [
          [1.0001, -4],
          [0, 0],
        ],
        expected,
        1e-4,
      ),
    ).toBeUndefined();
  });

  it.each([
    [
      'a wrong number',
      [
        [1, 4],
        [0, 0],
      ],
      'differs from float64 by 2.0e+0',
    ],
    [
      'not a number',
      [
        [Number.NaN, -4],
        [0, 0],
      ],
      'differs from float64 by Infinity',
    ],
    ['a result too few', [[1, -4]], 'it gave 1 results where 2 were asked for'],
    ['a result cut short', [[1], [0, 0]], 'result 0 has 1 elements where 2 were asked for'],
  ])('refuses %s', (_, outputs, sentence) => {
    expect(problemWith(outputs, expected, 1e-3)).toContain(sentence);
  });
});
