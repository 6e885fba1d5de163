import { expect, it } from 'vitest';
import { add, input } from '../ops/index.ts';
import { evaluate } from './evaluate.ts';

it.each([1.5, -1, 2 ** 33, NaN])('a value that an integer input cannot hold is refused: %d', (value) => {
  const x = input([1], { dtype: 'u32', name: 'labels' });
  const data = Float64Array.of(value);
  expect(() => evaluate([add(x, 0)], new Map([[x, { shape: [1], dtype: 'u32', data }]]))).toThrow(
    `evaluate: the value of 'labels': element 0 is ${value}, which does not fit u32`,
  );
});
