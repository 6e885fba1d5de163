/** @file Every entry of the registry on problems of several tasks that share λ: the mean of what it gives on each task alone, or a sentence. */
import { refusal } from '@longhorizon/bilevel';
import { hypergradientOf, slicedProblem, startProblem } from '@longhorizon/bilevel/testing';
import { describe, expect, it } from 'vitest';
import { hyperMethods } from './registry.ts';

const horizon = 12;
const d = 12;

/** What tasks share beside λ, so that together they are not the mean of each alone. */
const shared: Readonly<Record<string, number>> = {
  // Each task draws noise of its own; what a perturbation of 0.001 leaves of it.
  'hyper/evograd': 1e-5,
  // One θ is fitted to all tasks; hyperdistill's own tests hold it.
  'hyper/hyperdistill': 0.01,
  // One μ closes the gap of all tasks.
  'hyper/bome': 0.1,
};

for (const { together, apart } of [slicedProblem(d), startProblem(d)])
  describe(together.name, () => {
    for (const { id, inSuites } of hyperMethods) {
      const method = inSuites({ horizon, dimension: together.p, seed: 0, rate: 0.1 * d });
      const why = refusal(method, together, horizon);
      if (why !== undefined)
        it(`${id} refuses in a sentence`, () => {
          expect(why).toMatch(/^[\p{L}\d-]+: .*problem '.*[;,] .*\.$/u);
        });
      else
        it(`${id} gives the mean over the tasks`, async () => {
          const [found, ...each] = await Promise.all(
            [together, ...apart].map((problem) => hypergradientOf('float64', problem, method, horizon)),
          );
          const mean = found!.map((_, k) => each.reduce((total, one) => total + one[k]! / each.length, 0));
          const away = Math.hypot(...found!.map((value, k) => value - mean[k]!)) / Math.hypot(...mean);
          expect(away).toBeLessThan(shared[id] ?? 1e-12);
        });
    }
  });
