import { DeviceLostError, OutOfMemoryError, openDevice } from '@longhorizon/tensor';
import { nodeGpu } from '@longhorizon/tensor/device';
import { liveBytes, withFaults } from '@longhorizon/tensor/testing';
import { describe, expect, it } from 'vitest';
import { exactReverse } from '../hyper/methods/exact-reverse.ts';
import { trackingOfSize } from '../problems/tracking.ts';
import { prepare, Run } from './run.ts';

const problem = trackingOfSize(8, 8);
const method = exactReverse();
const horizon = 4;

describe('when the adapter fails', () => {
  it('at any buffer, the run says so and frees what it had, and the next one succeeds', async () => {
    let failures = 0;
    for (let failBufferAt = 1; failBufferAt < 40; failBufferAt += 3) {
      const device = await openDevice({ gpu: withFaults(await nodeGpu(), { failBufferAt }) });
      const first = await prepare(device, problem, method, { horizon }).catch((error: Error) => error);
      if (!(first instanceof Run)) {
        expect(first).toBeInstanceOf(OutOfMemoryError);
        expect(liveBytes(device)).toBe(0);
        failures++;
        const second = await prepare(device, problem, method, { horizon });
        expect((await second.compute()).divergedAt).toBeUndefined();
        second.destroy();
      } else first.destroy();
      expect((await device.close()).leaks).toEqual([]);
      if (first instanceof Run) break;
    }
    expect(failures).toBeGreaterThan(4);
  });

  it('by losing the device, the run says so', async () => {
    const device = await openDevice({ gpu: withFaults(await nodeGpu(), { loseAtSubmit: 4 }) });
    const run = await prepare(device, problem, method, { horizon });
    await expect(run.compute()).rejects.toThrow(DeviceLostError);
    run.destroy();
    await device.close();
  });
});
