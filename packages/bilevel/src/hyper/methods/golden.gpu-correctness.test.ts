import { totalBytes } from '@longhorizon/tensor/compiler';
import { liveBytes } from '@longhorizon/tensor/testing';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { prepare } from '../../session/run.ts';
import { goldenCases } from '../../testing/golden.ts';
import { relativeDifference } from '../../testing/numbers.ts';

const device = useDevice();

describe('the device meets the golden numbers to 1e-6 of their size, in the bytes predicted', () => {
  for (const { name, problem, horizon, weights, results } of goldenCases)
    for (const { method, hypergradient } of results)
      it(`${name}: ${method.title}`, async () => {
        const before = liveBytes(device());
        const run = await prepare(device(), problem, method, { horizon });
        expect(liveBytes(device()) - before).toBe(totalBytes(run.predicted));
        await run.compute();
        expect(relativeDifference(await run.read('weights'), weights)).toBeLessThan(1e-6);
        expect(relativeDifference(await run.read('hypergradient'), hypergradient)).toBeLessThan(1e-6);
        run.destroy();
      });
});
