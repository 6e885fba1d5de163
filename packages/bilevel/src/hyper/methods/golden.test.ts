import { describe, expect, it } from 'vitest';
import { prepare } from '../../session/run.ts';
import { goldenCases } from '../../testing/golden.ts';
import { largestDifference } from '../../testing/numbers.ts';

describe('the float64 reference meets the golden numbers to 1e-10', () => {
  for (const { name, problem, horizon, weights, results } of goldenCases)
    for (const { method, hypergradient } of results)
      it(`${name}: ${method.title}`, async () => {
        const run = await prepare('float64', problem, method, { horizon });
        const { outerLoss } = await run.compute();
        const found = { w: await run.read('weights'), g: await run.read('hypergradient') };
        expect(largestDifference(found.w, weights)).toBeLessThan(1e-10);
        expect(largestDifference(found.g, hypergradient)).toBeLessThan(1e-10);
        const closed = problem.closedForm?.(horizon);
        if (closed !== undefined) {
          expect(Math.abs(outerLoss - closed.outerLoss)).toBeLessThan(1e-12);
          expect(largestDifference(found.w, closed.weights)).toBeLessThan(1e-12);
          if (method.exact) expect(largestDifference(found.g, closed.hypergradient)).toBeLessThan(1e-12);
        }
        run.destroy();
      });
});
