import { describeValue } from './describe-value.ts';

/**
 * Refuses what is no array of numbers. Typed arrays are not looked into, so large data costs nothing.
 *
 * @param asker the function that was called
 * @param what the values, as the message names them
 * @throws TypeError that says what was found and what to give
 */
export function checkNumbers(
  asker: string,
  value: unknown,
  what = 'the values',
): asserts value is ArrayLike<number> {
  const remedy = 'give a typed array or an array of numbers, flat, in the order of the axes';
  if (!isArrayLike(value))
    throw new TypeError(`${asker}: ${describeValue(value)} was given for ${what}; ${remedy}.`);
  const isOfNumbers = !(value instanceof BigInt64Array || value instanceof BigUint64Array);
  if (ArrayBuffer.isView(value) && isOfNumbers) return;
  for (let index = 0; index < value.length; index++) {
    const element = value[index];
    if (typeof element !== 'number')
      throw new TypeError(`${asker}: element ${index} of ${what} is ${describeValue(element)}; ${remedy}.`);
  }
}

const isArrayLike = (value: unknown): value is ArrayLike<unknown> =>
  typeof value === 'object' && value !== null && 'length' in value && typeof value.length === 'number';
