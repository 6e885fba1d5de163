import { describe, expect, it } from 'vitest';
import type { Tensor } from '../graph/tensor.ts';
import { add, array, dot, input, slice } from '../ops/index.ts';
import { evaluate } from '../reference/evaluate.ts';
import { grad } from './functions.ts';

const x = input([8]);

/** The gradient of Σ ⟨slice(x, start, limit, stride), weights⟩: each slice's weights at its places. */
function gradientOf(...parts: readonly [start: number, limit: number, stride: number, weights: number[]][]) {
  const loss = (v: Tensor) =>
    parts
      .map(([start, limit, stride, weights]) => dot(slice(v, [start], [limit], [stride]), array(weights)))
      .reduce((total, part) => add(total, part));
  return [
    ...evaluate(
      [grad(loss)(x)],
      new Map([[x, { shape: [8], dtype: 'f32' as const, data: new Float64Array(8) }]]),
    )[0]!.data,
  ];
}

describe('A vector that is cut into slices receives', () => {
  it('the pieces side by side, and zeros between them', () => {
    expect(gradientOf([0, 2, 1, [1, 2]], [5, 7, 1, [3, 4]])).toEqual([1, 2, 0, 0, 0, 3, 4, 0]);
  });

  it('the sum of pieces where they overlap', () => {
    expect(gradientOf([0, 4, 1, [1, 2, 3, 4]], [3, 6, 1, [10, 20, 30]])).toEqual([1, 2, 3, 14, 20, 30, 0, 0]);
  });

  it('pieces with gaps at the places that they were taken from', () => {
    expect(gradientOf([0, 3, 2, [1, 2]], [4, 7, 2, [3, 4]])).toEqual([1, 0, 2, 0, 3, 0, 4, 0]);
  });
});
