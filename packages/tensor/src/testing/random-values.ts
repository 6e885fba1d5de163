/** @file Test inputs: random numbers that depend only on a name, rounded to float32. */

import type { CaseInput, ReferenceArray } from '../graph/op.ts';
import { elementCount } from '../graph/shape.ts';
import { hashName, threefry2x32 } from '../ops/helpers/threefry.ts';

/** Uniform numbers in [0, 1), one for each index, from a name. */
function uniformNumbers(name: string, count: number): number[] {
  const key = hashName(name);
  return Array.from({ length: count }, (_, i) => (threefry2x32(key, 0, 0, i)[0] >>> 8) * 2 ** -24);
}

/** Numbers in [−1, 1), as directions of derivatives. */
export function direction(name: string, count: number): Float64Array {
  return Float64Array.from(uniformNumbers(name, count), (u) => Math.fround(2 * u - 1));
}

/**
 * The value of a test input: random within its domain, or the given values. Integers are whole numbers of the
 * domain; a
 * negative one in a u32 input stands for its two's complement.
 *
 * @param member which member of a batch: each has its own numbers; given values are rotated
 */
export function caseValue(
  name: string,
  { shape, dtype = 'f32', domain = [-2, 2], values }: CaseInput,
  member = 0,
): ReferenceArray {
  const count = elementCount(shape);
  if (values !== undefined) {
    const rotated = values.map((_, i) => values[(i + member) % values.length]!);
    return {
      shape,
      dtype,
      data: Float64Array.from(rotated, dtype === 'f32' ? Math.fround : (value) => value),
    };
  }
  const [low, high] = domain;
  const scale = (u: number): number => {
    if (dtype === 'f32') return Math.fround(low + (high - low) * u);
    const [first, last] = [Math.ceil(low), Math.floor(high)];
    const whole = Math.min(last, first + Math.floor(u * (last - first + 1)));
    return dtype === 'u32' ? whole >>> 0 : whole;
  };
  return { shape, dtype, data: Float64Array.from(uniformNumbers(`${name}/${member}`, count), scale) };
}

const edges = [NaN, Infinity, -Infinity, 0, -0, 1e-40, -1e-40].map(Math.fround);

/** One float in about eight becomes NaN, an infinity, a zero or a subnormal number; integers stay. */
export function withEdgesAmong(name: string, value: ReferenceArray): ReferenceArray {
  if (value.dtype !== 'f32') return value;
  const draws = uniformNumbers(name, value.data.length);
  const data = value.data.map((element, i) => edges[Math.floor(draws[i]! * 8 * edges.length)] ?? element);
  return { ...value, data };
}
