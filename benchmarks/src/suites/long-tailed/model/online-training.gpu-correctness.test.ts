import { exactReverse } from '@longhorizon/bilevel';
import { lazy } from '@longhorizon/lazy';
import { momentum, stepSchedule } from '@longhorizon/nn';
import { type Device, openDevice } from '@longhorizon/tensor';
import { totalBytes } from '@longhorizon/tensor/compiler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relativeDistance } from '../../../problem-parts/testing/distance.ts';
import { OnlineTraining, type TrainingOptions } from './online-training.ts';
import { learningToReweight, twoComponent } from './reweighting.ts';
import { alpha, smallTail } from './testing/small.ts';

let device: Device;
beforeAll(async () => {
  device = await openDevice({ timestampQuantization: false });
}, 60_000);
afterAll(async () => {
  expect((await device.close()).leaks).toEqual([]);
});

const rate = stepSchedule(alpha, 0.5, [3]);
const options = (horizon: number): TrainingOptions => ({
  ...smallTail(),
  optimiser: momentum({ rate, momentum: 0.9, nesterov: true, weightDecay: 5e-4 }),
  first: 'uniform',
  second: { rule: learningToReweight(), method: lazy(), horizon, rate },
});

async function run(backend: Device | 'float64', of: TrainingOptions) {
  const training = await OnlineTraining.make(backend, of);
  try {
    await training.run('first', 0, 2);
    await training.run('second', 2, 2);
    return { weights: await training.read('weights'), hypergradient: await training.read('hypergradient') };
  } finally {
    training.destroy();
  }
}

describe('online training on a device', () => {
  it('is that of the float64 reference, and the same bytes twice', async () => {
    const [reference, first, second] = [
      await run('float64', options(3)),
      await run(device, options(3)),
      await run(device, options(3)),
    ];
    expect(relativeDistance(first.weights, reference.weights)).toBeLessThan(1e-5);
    expect(relativeDistance(first.hypergradient, reference.hypergradient)).toBeLessThan(1e-4);
    expect(second).toEqual(first);
  });

  it('takes the bytes that were predicted, whatever k', async () => {
    const peaks: number[] = [];
    for (const horizon of [1, 20]) {
      const watch = device.ledger.watch({ except: ['staging'] });
      const before = totalBytes(watch.byClass());
      const training = await OnlineTraining.make(device, options(horizon));
      await training.run('second', 0, 1);
      const peak = totalBytes(watch.byClass()) - before;
      watch.stop();
      expect(peak).toBe(totalBytes(training.predicted));
      const { gradients, vjps } = training.engine.counts;
      // The student, the dev set, the real step; one product.
      expect([gradients, vjps]).toEqual([horizon + 2, 1]);
      training.destroy();
      peaks.push(peak);
    }
    expect(peaks[1]).toBe(peaks[0]);
  });

  it('refuses exact reverse mode, which has a horizon of its own there', async () => {
    const second = { rule: twoComponent(), method: exactReverse(), horizon: 2, rate };
    await expect(OnlineTraining.make(device, { ...options(1), second })).rejects.toThrow(
      /exact-reverse: .* use a method made of steps/,
    );
  });
});
