import type { Tensor } from '@longhorizon/tensor';
import { expect, it } from 'vitest';
import { fed, valuesOf } from '../testing/support.ts';
import { expectedCalibrationError } from './calibration.ts';

/** Logits of two classes, the first of which has this probability. */
const logitsOf = (confidences: readonly number[]) =>
  confidences.flatMap((confidence) => [Math.log(confidence / (1 - confidence)), 0]);

it('takes apart what lies on both sides of a bin edge, and lets gaps of one bin cancel', () => {
  const feeds = new Map<Tensor, ArrayLike<number>>();
  // Of 4 bins the edges are 0.5, 0.75 and 1. The first is right, the second wrong.
  const errorOf = (confidences: readonly [number, number]): number => {
    const logits = fed(feeds, [2, 2], logitsOf(confidences));
    return (
      valuesOf(expectedCalibrationError(logits, fed(feeds, [2], [0, 1], 'u32'), 4), feeds)[0] ?? Number.NaN
    );
  };
  // One bin: |(1 − 0.74) + (0 − 0.7)| / 2.
  expect(errorOf([0.74, 0.7])).toBeCloseTo(0.22, 10);
  // Two bins: (|1 − 0.76| + |0 − 0.7|) / 2.
  expect(errorOf([0.76, 0.7])).toBeCloseTo(0.47, 10);
});
