/** @file Numbers that an integer type cannot hold. Typed arrays would wrap or cut them without a word. */
import type { DType } from './tensor.ts';

const ranges = { i32: [-0x80000000, 0x7fffffff], u32: [0, 0xffffffff] } as const;

/**
 * @param asker begins the message
 * @throws RangeError naming the first element that is not a whole number within the range of an integer type. A typed array of the
 *   type itself is not looked at, so large data costs nothing.
 */
export function checkElements(asker: string, values: ArrayLike<number>, dtype: DType): void {
  if (dtype === 'f32') return;
  if (dtype === 'i32' ? values instanceof Int32Array : values instanceof Uint32Array) return;
  const [smallest, largest] = ranges[dtype];
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (!(Number.isInteger(value) && value >= smallest && value <= largest))
      throw new RangeError(
        `${asker}: element ${index} is ${value}, which does not fit ${dtype}: whole numbers from ${smallest} to ${largest}.`,
      );
  }
}
