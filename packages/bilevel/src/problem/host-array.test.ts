import { expect, it } from 'vitest';
import { hostArray } from './host-array.ts';

it('what is no array of numbers is refused with a sentence, with a shape and without', () => {
  // @ts-expect-error a host array is made of numbers
  expect(() => hostArray(undefined)).toThrow(
    'host array: undefined was given for the values; give a typed array or an array of numbers, flat, in the order of the axes.',
  );
  // @ts-expect-error a host array is flat
  expect(() => hostArray([[1], [2]], [2])).toThrow('host array: element 0 of the values is an array;');
  expect(hostArray([1, 2]).shape).toEqual([2]);
});
