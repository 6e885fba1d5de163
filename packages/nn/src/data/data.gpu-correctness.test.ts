/** @file What is fed, and what is measured, on the device: indices and masks to the bit, numbers against the reference. */
import {
  concat,
  foldIn,
  randomKey,
  randomPermutation,
  reshape,
  slice,
  type Tensor,
} from '@longhorizon/tensor';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { dropout } from '../layers/dropout.ts';
import { accuracy } from '../losses/accuracy.ts';
import { expectedCalibrationError } from '../losses/calibration.ts';
import { crossEntropyPerExample } from '../losses/cross-entropy.ts';
import { cosineSchedule, stepSchedule } from '../optimisers/schedules.ts';
import { distance, fed, floats, onBoth } from '../testing/support.ts';
import { normalise, randomCrop, randomFlip } from './augmentation.ts';
import { drawImages, packImages, wordsPerImage } from './packed-images.ts';

const device = useDevice();

describe('on the device', () => {
  it('a keyed batch of augmented images is the same to the bit', async () => {
    const [count, shape] = [20, [6, 6, 3] as const];
    const size = 108;
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const bytes = Uint8Array.from({ length: count * size }, (_, i) => (i * 73 + (i >> 5)) % 256);
    const packed = fed(feeds, [count, wordsPerImage(size)], packImages(bytes, size), 'u32');
    const key = foldIn(randomKey(9), 3, 'step');
    const indices = slice(randomPermutation(foldIn(key, 0, 'batch'), count), [0], [8]);
    const drawn = drawImages(packed, indices, shape);
    const outputs = [
      indices,
      randomFlip(randomCrop(drawn, foldIn(key, 1), { padding: 2 }), foldIn(key, 2)),
      randomCrop(drawn, foldIn(key, 1), { padding: 2, border: 'reflect' }),
      dropout(drawn, 0.5, foldIn(key, 4)),
    ];
    for (const { found, expected } of await onBoth(device(), outputs, feeds))
      expect([...found]).toEqual([...expected]);
    const [result] = await onBoth(
      device(),
      [normalise(drawn, { mean: [0.5, 0.4, 0.3], deviation: [0.2, 0.3, 0.5] })],
      feeds,
    );
    expect(distance(result!.found, result!.expected)).toBeLessThan(1e-6);
  });

  it('losses and measures are those of the reference', async () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const logits = fed(feeds, [40, 7], floats(280, 5, -6, 6));
    const labels = fed(
      feeds,
      [40],
      Array.from({ length: 40 }, (_, n) => (n * n) % 7),
      'u32',
    );
    const outputs = [
      crossEntropyPerExample(logits, labels, 0.1),
      accuracy(logits, labels),
      expectedCalibrationError(logits, labels),
    ];
    for (const { found, expected } of await onBoth(device(), outputs, feeds))
      expect(distance(found, expected)).toBeLessThan(1e-5);
  });

  it('schedules are those of the reference at every step', async () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const steps = [0, 1, 5, 9, 10, 30];
    const values = steps.flatMap((step) => {
      const at = fed(feeds, [], [step], 'u32');
      return [cosineSchedule(0.1, 0.001, 10)(at), stepSchedule(1, 0.3, [5, 10])(at)];
    });
    const together = concat(values.map((value) => reshape(value, [1])));
    const [result] = await onBoth(device(), [together], feeds);
    expect(distance(result!.found, result!.expected)).toBeLessThan(1e-6);
  });
});
