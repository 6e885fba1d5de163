/** @file Optimisers at the edge of float32, on the device and in float64: dead weights, huge and tiny gradients. */
import { array, constant, grad, multiply, sum, type Tensor } from '@longhorizon/tensor';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { fed, onBoth } from '../testing/support.ts';
import { adam } from './adam.ts';
import { clipNorm } from './clip.ts';
import { startOf } from './optimiser.ts';

const device = useDevice();

describe('Adam with weight decay through the moments', () => {
  it('has finite hypergradients where a weight at 0 has no gradient', async () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const w = fed(feeds, [2], [1, 0]);
    const rate = fed(feeds, [], [Math.fround(0.05)]);
    const final = (r: Tensor) => {
      const optimiser = adam({ rate: r, weightDecay: 0.02 });
      let moved = w;
      let state = startOf(optimiser, [2]);
      for (let t = 0; t < 12; t++)
        ({ w: moved, state } = optimiser.update(
          moved,
          multiply(array([1, 0]), moved),
          state,
          constant(t, 'u32'),
        ));
      return sum(moved);
    };
    const [both] = await onBoth(device(), [grad(final)(rate)], feeds);
    const { found, expected } = both!;
    expect(expected[0]).toBeCloseTo(-10.917189, 5);
    expect(found[0]).toBeCloseTo(-10.917189, 4);
  });
});

describe('clipNorm', () => {
  it.each([
    { g: [3e30, 4e30], clipped: [0.6, 0.8] },
    { g: [1.5e19, 2e19], clipped: [0.6, 0.8] },
    { g: [3e-30, 4e-30], clipped: [3e-30, 4e-30] },
    { g: [3e38, 0], clipped: [1, 0] },
    { g: [NaN, 1], clipped: [NaN, NaN] },
  ])('of $g is $clipped', async ({ g, clipped }) => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const gradient = fed(feeds, [2], g.map(Math.fround));
    const [both] = await onBoth(device(), [clipNorm(gradient, 1)], feeds);
    const { found, expected } = both!;
    for (const values of [found, expected])
      for (const [i, right] of clipped.entries())
        if (Number.isNaN(right) || right === 0) expect(values[i]).toBe(right);
        else expect(values[i]! / right).toBeCloseTo(1, 5);
  });
});
