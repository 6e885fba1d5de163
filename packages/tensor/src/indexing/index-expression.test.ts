import { describe, expect, it } from 'vitest';
import {
  constantIndex,
  delinearize,
  divide,
  type Index,
  isMultipleOf,
  linearize,
  plus,
  remainder,
  substitute,
  times,
  variable,
} from './index-expression.ts';

/** The value of an expression for given variables: the ground truth that simplification must not change. */
function valueAt(index: Index, values: Record<string, number>): number {
  return index.terms.reduce((sum, { atom, coefficient }) => {
    const inner =
      atom.of === undefined
        ? values[atom.key]!
        : atom.kind === 'quotient'
          ? Math.floor(valueAt(atom.of, values) / atom.by!)
          : valueAt(atom.of, values) % atom.by!;
    return sum + coefficient * inner;
  }, index.constant);
}

describe('index expressions', () => {
  it('read a contiguous array through reshapes as the linear index again', () => {
    const linear = variable('i', 2 * 3 * 4 * 5);
    const shapes = [[2, 3, 4, 5], [6, 20], [24, 5], [2, 60], [120], [4, 30], [1, 120, 1]];
    for (const from of shapes)
      for (const to of shapes) {
        const through = linearize(delinearize(linearize(delinearize(linear, from), from), to), to);
        expect(through.key).toBe(linear.key);
      }
  });

  it('keep their value through every simplification', () => {
    const i = variable('i', 24);
    const j = variable('j', 7);
    const sum = plus(plus(times(i, 14), times(j, 2)), constantIndex(1));
    for (const divisor of [1, 2, 3, 4, 6, 7, 14, 28, 60])
      for (let a = 0; a < 24; a++)
        for (let b = 0; b < 7; b++) {
          const plain = 14 * a + 2 * b + 1;
          expect(valueAt(divide(sum, divisor), { i: a, j: b })).toBe(Math.floor(plain / divisor));
          expect(valueAt(remainder(sum, divisor), { i: a, j: b })).toBe(plain % divisor);
        }
  });

  it('separate the lane of four neighbours from the rest', () => {
    const quad = plus(times(variable('q', 49), 4), variable('lane', 4));
    const [row, column] = delinearize(quad, [7, 28]) as [Index, Index];
    expect(row.terms.some(({ atom }) => atom.key === 'lane')).toBe(false);
    expect(isMultipleOf(substitute(column, 'lane', constantIndex(0)), 4)).toBe(true);
  });

  it('treat an axis of size 1 as nothing', () => {
    expect(variable('i', 1).key).toBe('0');
    expect(delinearize(variable('i', 5), [1, 5, 1]).map((c) => c.key)).toEqual([
      '0',
      variable('i', 5).key,
      '0',
    ]);
  });
});
