import { prepare } from '@longhorizon/bilevel';
import { hyperdistill } from '@longhorizon/hyperdistill';
import { type Device, openDevice } from '@longhorizon/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relativeDistance } from '../../../problem-parts/testing/distance.ts';
import { SMALL } from '../testing/small.ts';

let device: Device;
beforeAll(async () => {
  device = await openDevice({ timestampQuantization: false });
}, 60_000);
afterAll(async () => {
  expect((await device.close()).leaks).toEqual([]);
});

describe('hypergradients on a device are those of the float64 reference', () => {
  // The convolutions of `many-shot-body` are those of `many-shot-rates`; compiling them again takes ten seconds.
  for (const name of Object.keys(SMALL).filter((one) => one !== 'many-shot-body'))
    it(name, async () => {
      const problem = SMALL[name]!();
      const results: Float64Array[] = [];
      for (const backend of ['float64', device] as const) {
        const run = await prepare(backend, problem, hyperdistill({ gamma: 0.9, size: 1 }), { horizon: 3 });
        await run.compute();
        results.push(await run.read('hypergradient'));
        run.destroy();
      }
      expect(relativeDistance(results[1]!, results[0]!)).toBeLessThan(1e-4);
    });
});
