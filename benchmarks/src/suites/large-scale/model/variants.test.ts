import { array, evaluate } from '@longhorizon/tensor';
import { expect, it } from 'vitest';
import { inVariants, unchanged, variantsOf } from './variants.ts';

const padding = 1;
// One task, as many copies of a picture of 3 × 3 as there are variants of it.
const count = variantsOf(padding);
const picture = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const pictures = array(new Array(count).fill(picture).flat(), [1, count, 3, 3, 1]);
const numbers = array(
  Array.from({ length: count }, (_, k) => k),
  [1, count],
  'u32',
);

it('are all crops after padding, mirrored and not; one of them is the picture itself', () => {
  const [found] = evaluate([inVariants(pictures, numbers, padding)], new Map());
  const seen = Array.from({ length: count }, (_, k) => [...found!.data.slice(9 * k, 9 * k + 9)].join(' '));
  expect(new Set(seen).size).toBe(18);
  expect(seen[unchanged(padding)]).toBe('1 2 3 4 5 6 7 8 9');
  expect(seen[unchanged(padding) + 1]).toBe('3 2 1 6 5 4 9 8 7');
  // The first is cut out at the upper left corner of the padded picture.
  expect(seen[0]).toBe('0 0 0 0 1 2 0 4 5');
  // Places go along a row of places, then to the next: a column to the right, and a row down.
  expect(seen[2]).toBe('0 0 0 1 2 3 4 5 6');
  expect(seen[6]).toBe('0 1 2 0 4 5 0 7 8');
});
