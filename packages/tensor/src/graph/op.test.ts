import { describe, expect, it } from 'vitest';
import { cumulativeSum, relu, slice } from '../ops/index.ts';
import { input } from '../ops/leaf/input.ts';
import { isNodeOf, node } from './tensor.ts';

const x = input([4]);

describe('The parameters of an op', () => {
  it('are known of a node once its op is', () => {
    const part = slice(x, [1], [3]);
    if (!isNodeOf(part, slice.op)) throw new Error('a slice is a node of slice');
    expect([...part.parameters.starts, ...part.parameters.limits]).toEqual([1, 3]);
    expect(isNodeOf(part, cumulativeSum.op)).toBe(false);
  });

  it('are refused by the compiler where they are missing or not the op’s', () => {
    expect(node(relu.op, [x]).shape).toEqual([4]);
    const wrong = () => {
      // @ts-expect-error: a slice has parameters
      node(slice.op, [x]);
      // @ts-expect-error: and not these
      node(slice.op, [x], { axis: 0, reverse: false });
      // @ts-expect-error: a node of any op may have others
      return slice(x, [1], [3]).parameters.starts;
    };
    expect(wrong).toThrow();
  });
});
