import { momentum } from '@longhorizon/nn';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { drmad } from '../hyper/methods/drmad.ts';
import { exactReverse } from '../hyper/methods/exact-reverse.ts';
import { forwardMode } from '../hyper/methods/forward.ts';
import { oneStep } from '../hyper/methods/one-step.ts';
import { truncatedReverse } from '../hyper/methods/truncated.ts';
import { placeGiven } from '../problem/place.ts';
import { tracking } from '../problems/tracking.ts';
import { relativeDifference } from '../testing/numbers.ts';
import { optimisers, smallNetwork } from '../testing/small-network.ts';
import { agreement, compareWithExact, measure } from './compare.ts';
import type { MetaOptions } from './meta.ts';
import { prepare } from './run.ts';

const device = useDevice();
const horizon = 9;
const network = smallNetwork(optimisers.momentum!(), 3);

describe('on the device', () => {
  it('exact reverse mode of a network under three policies is the same to the bit, and right', async () => {
    const exact = await measure('float64', network, exactReverse(), { horizon, warmUps: 0 });
    const placed = placeGiven(device(), network);
    const found: Float64Array[] = [];
    for (const policy of ['everything', 'states', { memory: '40 KB' }, { arity: 3 }] as const) {
      const method = exactReverse({ policy });
      const one = await measure(device(), network, method, { horizon, given: placed, warmUps: 0 });
      expect(one.bytes!.measuredTotal).toBe(one.bytes!.predictedTotal);
      expect(one.outcome.counts.vjps).toBe(2 * horizon - 1);
      found.push(one.hypergradient);
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
    expect(relativeDifference(found[0]!, exact.hypergradient)).toBeLessThan(2e-6);
    for (const method of [truncatedReverse({ window: horizon }), forwardMode()]) {
      const one = await measure(device(), network, method, { horizon, given: placed, warmUps: 0 });
      expect(relativeDifference(one.hypergradient, exact.hypergradient)).toBeLessThan(2e-6);
    }
    placed.destroy();
  });

  it('a method is compared with the exact one, in whole and beyond the direct gradient', async () => {
    const options = { horizon, warmUps: 0 };
    const exact = await measure('float64', network, exactReverse(), options);
    const onReference = compareWithExact(await measure('float64', network, drmad, options), exact);
    const { measurement, total, secondOrder } = compareWithExact(
      await measure(device(), network, drmad, { ...options, samples: 2 }),
      exact,
    );
    expect(measurement.wallMs.length).toBe(2);
    expect(measurement.bytes!.measuredTotal).toBe(measurement.bytes!.predictedTotal);
    for (const key of ['cosine', 'relativeError', 'normRatio'] as const) {
      expect(total![key]).toBeCloseTo(onReference.total![key]!, 4);
      expect(secondOrder![key]).toBeCloseTo(onReference.secondOrder![key]!, 4);
    }
    // λ shifts the outputs in the outer loss, so the direct part is no part of g^SO.
    expect(Math.abs(secondOrder!.cosine! - total!.cosine!)).toBeGreaterThan(1e-6);
    expect(agreement([0, 0], [1, 0])).toEqual({ cosine: undefined, relativeError: 1, normRatio: 0 });
  });

  it('λ and φ move online as in float64, without the host', async () => {
    const meta: MetaOptions = {
      optimiser: (rate) => momentum({ rate, momentum: 0.9 }),
      rate: 0.05,
      every: 2,
      initialisation: 'reptile',
      initialisationRate: 0.5,
    };
    const results: Float64Array[][] = [];
    for (const backend of [device(), 'float64'] as const) {
      const run = await prepare(backend, network, oneStep, { horizon, meta });
      await run.metaStep();
      run.setRate(0.02);
      const outcome = await run.metaStep();
      expect(outcome.divergedAt).toBeUndefined();
      expect(outcome.counts.vjps).toBe(Math.floor(horizon / 2));
      results.push([await run.read('lambda'), await run.read('initial')]);
      run.destroy();
    }
    const [found, expected] = results as [Float64Array[], Float64Array[]];
    expect(relativeDifference(found[0]!, expected[0]!)).toBeLessThan(2e-6);
    expect(relativeDifference(found[1]!, expected[1]!)).toBeLessThan(2e-6);
    const start = Float64Array.from(network.initial.hyperparameters);
    expect(relativeDifference(expected[0]!, start)).toBeGreaterThan(1e-3);
  });

  it('divergence is reported with its step', async () => {
    const doubling = tracking({
      G: [1],
      w0: [1],
      lambda: [0],
      rate: 3,
      outer: { kind: 'quadratic', c: [0] },
    });
    const run = await prepare(device(), doubling, oneStep, { horizon: 100 });
    // Σw² = 4^64 is the first number beyond float32; whether it is halved before or after is the kernel's choice.
    expect([64, 65]).toContain((await run.compute()).divergedAt);
    run.destroy();
  });
});
