import { constant, evaluate, input, type Tensor } from '@longhorizon/tensor';
import { expect, it } from 'vitest';
import { clippedAdam } from './clipped-adam.ts';

/** λ and the moments after one update from zero, with β₁ = 0.9 and β₂ = 0.999. */
function updated(gradient: readonly number[], limit?: number) {
  const length = gradient.length;
  const [w, g, first, second] = ['w', 'g', 'first', 'second'].map((name) => input([length], { name })) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const next = clippedAdam(limit)(constant(0.1)).update(w, g, { first, second }, constant(0, 'u32'));
  const feed = (tensor: Tensor, values: readonly number[]) =>
    [tensor, { shape: tensor.shape, dtype: 'f32' as const, data: Float64Array.from(values) }] as const;
  const zeros = new Array<number>(length).fill(0);
  const values = evaluate(
    [next.w, next.state.first!, next.state.second!],
    new Map([feed(w, zeros), feed(g, gradient), feed(first, zeros), feed(second, zeros)]),
  );
  return values.map(({ data }) => [...data]);
}

it('a long hypergradient is brought down to the limit before the moments see it, a short one is not touched', () => {
  // ‖(30, 40)‖ = 50, so that at a limit of 5 it is (3, 4).
  const [, first, second] = updated([30, 40], 5);
  expect(first![0]).toBeCloseTo(0.1 * 3, 12);
  expect(first![1]).toBeCloseTo(0.1 * 4, 12);
  expect(second![0]).toBeCloseTo(0.001 * 9, 12);
  expect(second![1]).toBeCloseTo(0.001 * 16, 12);
  expect(updated([0.3, 0.4], 5)[1]![1]).toBeCloseTo(0.1 * 0.4, 12);
});

it('without a limit it is Adam', () => {
  const [w, first] = updated([30, 40]);
  expect(first![0]).toBeCloseTo(3, 12);
  // The first step is the rate along the signs.
  expect(w![0]).toBeCloseTo(-0.1, 8);
  expect(clippedAdam()(constant(0.1)).doc).not.toContain('norm');
  expect(clippedAdam(5)(constant(0.1)).doc).toContain('norm is at most 5');
});
