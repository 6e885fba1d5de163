import { describe, expect, it } from 'vitest';
import { input, type Tensor } from '../../index.ts';
import * as T from '../index.ts';

/** As a caller in JavaScript would. */
const given = (value: unknown) => value as Tensor;
const x = input([3]);

describe('an operand that is no tensor', () => {
  it.each<[string, () => unknown, string]>([
    [
      'NaN',
      () => T.sum(given(NaN)),
      "sum: its operand is NaN, as JavaScript's operators give for tensors; x * 2 is multiply(x, 2).",
    ],
    [
      'a number',
      () => T.sum(given(2)),
      'sum: its operand is the number 2; make a tensor of it with constant(2).',
    ],
    [
      'NaN beside a tensor',
      () => T.add(x, NaN),
      "add: an operand is NaN, as JavaScript's operators give for tensors; x * 2 is multiply(x, 2).",
    ],
    ['an array', () => T.add(x, given([1, 2, 3])), 'add: an operand is an array; use array([...]).'],
    [
      'a typed array',
      () => T.mean(given(new Float32Array(3))),
      'mean: its operand is an array; use array([...]).',
    ],
    [
      'an object that holds tensors',
      () => T.softmax(given({ outputs: x, statistics: 1 })),
      'softmax: its operand is an object with the tensors outputs; pass one of them, as in .outputs.',
    ],
    ['nothing', () => T.exp(given(undefined)), 'exp: an operand is undefined; give a tensor.'],
    [
      'a promise',
      () => T.matmul(given(Promise.resolve(x)), x),
      'matmul: its operand is a promise; await it.',
    ],
    [
      'a function',
      () =>
        T.cast(
          given(() => x),
          'i32',
        ),
      'cast: its operand is a function; call it.',
    ],
    [
      'a right operand',
      () => T.matmul(x, given([1, 2, 3])),
      'matmul: its right operand is an array; use array([...]).',
    ],
    [
      'an index',
      () => T.gather(x, given([0])),
      'gather: the argument indices is an array; use array([...]).',
    ],
    [
      'segment ids',
      () => T.segmentSum(x, given([0]), 2),
      'segmentSum: the argument ids is an array; use array([...]).',
    ],
    [
      'a filter',
      () => T.conv2d(x, given(1)),
      'conv2d: its filter is the number 1; make a tensor of it with constant(1).',
    ],
    [
      'a member of a list',
      () => T.concat([x, given([1, 2, 3])]),
      'concat: a member of its list is an array; use array([...]).',
    ],
    [
      'the first of a list',
      () => T.stack([given(undefined), x]),
      'stack: a member of its list is undefined; give a tensor.',
    ],
    ['an image', () => T.maxPool(given('x'), 2), 'maxPool: its operand is x; give a tensor.'],
    [
      'a mask that is a number',
      () => T.select(given(1), x, 0),
      'select: its mask is the number 1; make a tensor of it with constant(1).',
    ],
  ])('%s is refused by what it is', (_, call, sentence) => expect(call).toThrow(new TypeError(sentence)));

  it('is refused as a device array, which belongs into `given`', () => {
    const values = { [Symbol.toStringTag]: 'DeviceArray' };
    expect(() => T.add(x, given(values))).toThrow(
      /add: an operand is a DeviceArray, which holds values; pass it in `given`/,
    );
  });
});
