/** @file Faults put in at the WebGPU boundary while plans and loops are made and run. */
import { describe, expect, it } from 'vitest';
import { nodeGpu } from '../device.ts';
import {
  DeviceArray,
  DeviceLostError,
  less,
  multiply,
  OutOfMemoryError,
  openDevice,
  ReverseLoop,
  select,
  square,
  state,
  subtract,
  sum,
  type Tensor,
} from '../index.ts';
import { withFaults } from '../testing.ts';

/** It asks for its number, so that the loop has a buffer of numbers, too. */
const step = ({ w }: { w: Tensor }, { rate }: { rate: Tensor }, number: Tensor) => ({
  w: subtract(w, multiply(select(less(number, 100), rate, 0), w)),
});
const loss = ({ w }: { w: Tensor }) => sum(square(w));

async function make(gpu: GPU) {
  const device = await openDevice({ gpu });
  const rate = DeviceArray.from(device, [0.5], []);
  const request = {
    carry: { w: state([8]) },
    given: { rate },
    step,
    loss,
    parameters: [rate],
    maxSteps: 4,
    policy: 'states' as const,
  };
  return { device, rate, request };
}

describe('when the adapter runs out of memory', () => {
  it('at any buffer, the loop says so, frees what it had, and the device stays usable', async () => {
    let failures = 0;
    for (let failing = 2; failing < 40; failing++) {
      const { device, rate, request } = await make(withFaults(await nodeGpu(), { failBufferAt: failing }));
      let reverse: ReverseLoop<typeof request.carry> | undefined;
      try {
        reverse = await ReverseLoop.make(device, request);
      } catch (error) {
        expect(error).toBeInstanceOf(OutOfMemoryError);
        failures++;
      }
      const madeAtOnce = reverse !== undefined;
      if (reverse === undefined) {
        expect(
          device.ledger
            .list()
            .filter((one) => !one.pooled)
            .map((one) => one.bytes),
        ).toEqual([rate.bytes]);
        // The fault is over: the same request now succeeds.
        reverse = await ReverseLoop.make(device, request);
        reverse.carry.w.write(new Float32Array(8).fill(1));
        await reverse.gradient(4);
        // d/dη Σ w² (1 − η)^(2T) = −2T (1 − η)^(2T − 1) Σ w²
        expect((await reverse.gradients[0]!.read())[0]).toBeCloseTo(-8 * 0.5 ** 7 * 8, 6);
      }
      reverse.destroy();
      rate.destroy();
      await device.close();
      if (madeAtOnce) break;
    }
    expect(failures).toBeGreaterThan(5);
  });
});

describe('when the device is lost', () => {
  it.each([1, 2, 3])(
    'at submission %i, a run ends with a sentence and nothing hangs',
    async (loseAtSubmit) => {
      const { device, request } = await make(withFaults(await nodeGpu(), { loseAtSubmit }));
      const reverse = await ReverseLoop.make(device, request);
      const run = async () => {
        for (let k = 0; k < 4; k++) await reverse.gradient(4);
      };
      await expect(run()).rejects.toThrow(DeviceLostError);
      await device.close();
    },
  );
});
