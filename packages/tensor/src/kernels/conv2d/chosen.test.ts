/** @file The variant that would be chosen, for every kind and edge shape, against float64. */
import { describe, expect, it } from 'vitest';
import { kernelAdapterOf } from '../../judge/judge.ts';
import { useDevice } from '../../testing/device.ts';
import type { Conv2dProblem } from '../contraction.ts';
import { expectRight } from './testing/check.ts';
import { kinds, problemOf, testShapes } from './testing/shapes.ts';
import { conv2dVariants } from './variants.ts';

const device = useDevice({ warmPipelines: false });

function chosen(problem: Conv2dProblem) {
  const valid = conv2dVariants.filter(
    (variant) => !variant.prerequisites(problem, kernelAdapterOf(device())),
  );
  const score = (variant: (typeof valid)[number]) => variant.score(problem, kernelAdapterOf(device()));
  return valid.reduce((best, variant) => (score(variant) > score(best) ? variant : best));
}

describe.each(kinds)('the chosen kernel of %s', (kind) => {
  it.each(Object.values(testShapes))('agrees with float64: $title', async (shape) => {
    const problem = problemOf(shape, kind, true);
    await expectRight(device(), chosen(problem), problem, shape.title);
  });

  it.each([testShapes.middle, testShapes.grey])(
    'agrees with float64 on misaligned operands: $title',
    async (shape) => {
      const problem = problemOf(shape, kind, false);
      await expectRight(device(), chosen(problem), problem, shape.title);
    },
  );

  it('is not the fallback for the layers of a small network', () => {
    for (const channels of [
      [1, 32],
      [32, 32],
      [64, 64],
    ] as const) {
      const shape = {
        title: '',
        images: 25,
        size: [14, 14],
        channels,
        filter: [3, 3],
        pad: [1, 1, 1, 1],
      } as const;
      expect(chosen(problemOf(shape, kind, true)).name).not.toBe('naive');
    }
  });
});
