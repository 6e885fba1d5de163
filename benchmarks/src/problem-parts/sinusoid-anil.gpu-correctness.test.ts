import { prepare } from '@longhorizon/bilevel';
import { discountedSum, hyperdistill, thetaName } from '@longhorizon/hyperdistill';
import { openDevice } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { sinusoidAnil } from './sinusoid-anil.ts';
import { relativeDistance } from './testing/distance.ts';

describe('sinusoid ANIL on a device', () => {
  it('has the hypergradients and the θ of the float64 reference', async () => {
    const device = await openDevice({ timestampQuantization: false });
    try {
      const problem = sinusoidAnil({ hidden: [16, 16], tasks: 3, seed: 1 });
      for (const method of [hyperdistill({ gamma: 0.99 }), discountedSum(0.99)]) {
        const results: Float64Array[] = [];
        const thetas: number[] = [];
        for (const backend of ['float64', device] as const) {
          const run = await prepare(backend, problem, method, { horizon: 12 });
          await run.compute();
          results.push(await run.read('hypergradient'));
          const variable = run.inner.workspace.variables.find(({ name }) => name === thetaName);
          if (variable !== undefined) thetas.push((await run.engine.read(variable))[0]!);
          run.destroy();
        }
        expect(relativeDistance(results[1]!, results[0]!)).toBeLessThan(1e-5);
        if (thetas.length > 0) expect(Math.abs(thetas[1]! / thetas[0]! - 1)).toBeLessThan(1e-5);
      }
    } finally {
      const { leaks } = await device.close();
      expect(leaks).toEqual([]);
    }
  });
});
