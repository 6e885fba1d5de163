import {
  exactReverse,
  greedyMaml,
  type Method,
  measure,
  oneStep,
  type Problem,
  predictRun,
  prepare,
} from '@longhorizon/bilevel';
import { totalBytes } from '@longhorizon/tensor/compiler';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { lazy, lookahead } from './lazy.ts';
import { leapTo } from './leap.ts';
import { convolutionalMaml, convolutionalWeights } from './testing/networks.ts';
import { gradientOf, relativeDifference } from './testing/results.ts';

const device = useDevice();
const maml = convolutionalMaml();
const weights = convolutionalWeights();
const horizon = 5;

async function onDevice(problem: Problem, method: Method, k: number) {
  return measure(device(), problem, method, { horizon: k, warmUps: 0 });
}

describe('on the device', () => {
  it('agrees with float64, in the bytes predicted', async () => {
    const methods = [
      ...(['L1', 'L2', 'L3', 'L4', 'L5', 'L6'] as const).map((variant) => lazy({ variant, beta: 0.7 })),
      lookahead({ beta: 0.7 }),
    ];
    for (const method of methods) {
      const { hypergradient, bytes } = await onDevice(maml, method, horizon);
      expect(bytes!.measuredTotal, method.title).toBe(bytes!.predictedTotal);
      const expected = await gradientOf(maml, method, horizon);
      expect(relativeDifference(hypergradient, expected), method.title).toBeLessThan(1e-4);
    }
  });

  it('with one step is greedy MAML and one-step reweighting, to 1e-3', async () => {
    for (const [problem, greedy] of [
      [maml, greedyMaml],
      [weights, oneStep],
    ] as const) {
      const { hypergradient } = await onDevice(problem, greedy, 1);
      const ours = await onDevice(problem, lazy(), 1);
      expect(relativeDifference(ours.hypergradient, hypergradient)).toBeLessThan(1e-3);
    }
  });

  it('computes the value as it is written, in float32', async () => {
    const beta = 0.25;
    const run = await prepare(device(), weights, lazy({ beta }), { horizon });
    await run.compute();
    const { inner, engine } = run;
    const [start, end] = [await run.read('initial'), await run.read('weights')];
    const [value] = await engine.evaluate([leapTo(inner, inner.carry.w.tensor, beta)]);
    // β is a power of two, so the product is exact and a fused multiply-add rounds as the two operations do.
    expect(value).toEqual(start.map((phi, j) => Math.fround(phi + beta * Math.fround(end[j]! - phi))));
    run.destroy();
  });

  it('takes the same memory for any k, where exact MAML takes more for each', async () => {
    for (const variant of ['L1', 'L2', 'L3', 'L4', 'L5', 'L6'] as const) {
      const bytes = [1, 2, 10, 50].map((k) =>
        totalBytes(predictRun(device(), maml, lazy({ variant }), { horizon: k })),
      );
      expect(new Set(bytes).size, variant).toBe(1);
    }
    for (const k of [1, 50]) {
      const { bytes } = await onDevice(maml, lazy(), k);
      expect(bytes!.measuredTotal).toBe(bytes!.predictedTotal);
    }
    const exact = [10, 20, 30].map((k) =>
      totalBytes(predictRun(device(), maml, exactReverse({ policy: 'everything' }), { horizon: k })),
    );
    expect(exact[2]! - exact[1]!).toBe(exact[1]! - exact[0]!);
    expect(exact[1]! - exact[0]!).toBeGreaterThan(10 * 4 * maml.tasks! * maml.d);
  });
});
