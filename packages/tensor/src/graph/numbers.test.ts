import { expect, it } from 'vitest';
import { checkNumbers } from './numbers.ts';

const remedy = 'give a typed array or an array of numbers, flat, in the order of the axes.';

it.each([
  [undefined, 'f: undefined was given for the values; '],
  [4, 'f: the number 4 was given for the values; '],
  ['12', "f: the text '12' was given for the values; "],
  [{ shape: [1], data: [1] }, 'f: an object was given for the values; '],
  [new ArrayBuffer(4), 'f: an ArrayBuffer was given for the values; '],
  [new DataView(new ArrayBuffer(4)), 'f: a DataView was given for the values; '],
  [BigInt64Array.of(1n), 'f: element 0 of the values is the bigint 1; '],
  [[[1], [2]], 'f: element 0 of the values is an array; '],
  [[1, '2'], "f: element 1 of the values is the text '2'; "],
  // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
  [[1, , 2], 'f: element 1 of the values is undefined; '],
])('what is no array of numbers is named: %#', (value, message) => {
  expect(() => checkNumbers('f', value)).toThrow(new TypeError(message + remedy));
});

it.each([[[]], [[1, NaN]], [new Float64Array(2)], [Uint8Array.of(1)], [{ length: 1, 0: 2 }]])(
  'numbers in any array are taken: %j',
  (value) => {
    expect(() => checkNumbers('f', value)).not.toThrow();
  },
);
