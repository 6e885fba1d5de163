import { expect, it } from 'vitest';
import type { Tensor } from '../graph/tensor.ts';
import { add, constant, input } from '../ops/index.ts';
import { evaluate } from './evaluate.ts';

it.each([1.5, -1, 2 ** 33, NaN])('a value that an integer input cannot hold is refused: %d', (value) => {
  const x = input([1], { dtype: 'u32', name: 'labels' });
  const data = Float64Array.of(value);
  expect(() => evaluate([add(x, 0)], new Map([[x, { shape: [1], dtype: 'u32', data }]]))).toThrow(
    `evaluate: the value of 'labels': element 0 is ${value}, which does not fit u32`,
  );
});

const wanted =
  "give { shape: [2], dtype: 'f32', data } with the elements as a Float64Array (evaluateOnDevice() takes a typed array or an array of numbers).";

it.each([
  [[1, 2], 'an array'],
  [Float32Array.of(1, 2), 'a Float32Array'],
  [Float64Array.of(1, 2), 'a Float64Array'],
  [7, 'the number 7'],
  [null, 'null'],
  [{ shape: [2], data: [1, 2] }, '{ shape: an array, dtype: undefined, data: an array }'],
  [
    { shape: [2], dtype: 'i32', data: Float64Array.of(1, 2) },
    "{ shape: an array, dtype: the text 'i32', data: a Float64Array }",
  ],
  [
    { dtype: 'f32', data: Float32Array.of(1, 2) },
    "{ shape: undefined, dtype: the text 'f32', data: a Float32Array }",
  ],
])('a feed that is no array of the reference is refused with what a feed is: %j', (value, found) => {
  const x = input([2], { name: 'x' });
  expect(() => evaluate([add(x, 0)], new Map<Tensor, never>([[x, value as never]]))).toThrow(
    new TypeError(`evaluate: ${found} was given for 'x'; ${wanted}`),
  );
});

it('feeds that are no map are refused', () => {
  const x = input([2]);
  // @ts-expect-error feeds are a map
  expect(() => evaluate([x], { x: [1, 2] })).toThrow(
    'evaluate: an object was given for the feeds; give a Map from inputs to their values, as in new Map([[x, value]]).',
  );
});

it('a graph without inputs needs no feeds', () => {
  expect([...evaluate([add(constant(1), 2)])[0]!.data]).toEqual([3]);
});
