import { totalBytes } from '@longhorizon/tensor/compiler';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import type { Method } from '../hyper/method.ts';
import { bome } from '../hyper/methods/bome.ts';
import { conjugateGradientIft } from '../hyper/methods/conjugate-gradient.ts';
import { drmad } from '../hyper/methods/drmad.ts';
import { nres, pes, tes } from '../hyper/methods/evolution-strategies.ts';
import { exactReverse } from '../hyper/methods/exact-reverse.ts';
import { fg2u } from '../hyper/methods/fg2u.ts';
import { forwardMode } from '../hyper/methods/forward.ts';
import { generalisedGreedy } from '../hyper/methods/generalised-greedy.ts';
import { neumannIft } from '../hyper/methods/neumann.ts';
import { oneStep } from '../hyper/methods/one-step.ts';
import { replay } from '../hyper/methods/replay.ts';
import { saba } from '../hyper/methods/saba.ts';
import { soba } from '../hyper/methods/soba.ts';
import { truncatedReverse } from '../hyper/methods/truncated.ts';
import { f2sa, pbgd } from '../hyper/methods/value-function.ts';
import type { Problem } from '../problem/problem.ts';
import { ratesOfSize } from '../problems/rates.ts';
import { trackingOfSize } from '../problems/tracking.ts';
import { optimisers, smallNetwork } from '../testing/small-network.ts';
import { measure } from './compare.ts';
import { predictRun, type RunOptions } from './run.ts';

const device = useDevice();
const problem = trackingOfSize(1000, 1000);
/** Here a step's derivatives depend on its weights, so something has to be kept of each. */
const nonlinear = ratesOfSize(1000, 1000);

const predicted = (method: Method, options: RunOptions, of = problem) =>
  totalBytes(predictRun(device(), of, method, options));

/** The slope of log bytes against log x between the ends. */
const exponent = (xs: readonly number[], bytes: readonly number[]) =>
  Math.log(bytes.at(-1)! / bytes[0]!) / Math.log(xs.at(-1)! / xs[0]!);

describe('memory', () => {
  it('of methods without a trajectory does not depend on T, as predicted and as measured', async () => {
    const flat = [
      oneStep,
      drmad,
      neumannIft({ terms: 3 }),
      conjugateGradientIft({ steps: 3 }),
      generalisedGreedy(),
      truncatedReverse({ window: 8 }),
      fg2u({ directions: 4 }),
      nres(),
      pes(),
      tes(),
      soba({ rate: 0.1 }),
      saba({ rate: 0.1, batches: 4 }),
      f2sa({ rate: 0.1 }),
      pbgd({ rate: 0.1 }),
      bome({ rate: 0.1 }),
    ];
    for (const method of flat) {
      const horizons = [10, 10_000];
      const totals = horizons.map((horizon) => predicted(method, { horizon }));
      expect(totals[1], method.title).toBe(totals[0]);
    }
    for (const horizon of [10, 10_000]) {
      const { bytes, outcome } = await measure(device(), problem, drmad, { horizon, warmUps: 0 });
      expect(outcome.counts.vjps).toBe(2 * horizon - 1);
      expect(bytes!.measuredTotal).toBe(bytes!.predictedTotal);
      expect(bytes!.predictedTotal).toBe(predicted(drmad, { horizon: 10 }));
    }
  });

  it('of exact reverse mode grows as T where all is kept, and stays within a budget', async () => {
    const horizons = [1000, 3000, 10_000];
    for (const policy of ['everything', 'states'] as const) {
      const totals = horizons.map((horizon) => predicted(exactReverse({ policy }), { horizon }, nonlinear));
      const slope = exponent(horizons, totals);
      expect(slope).toBeGreaterThan(0.95);
      expect(slope).toBeLessThan(1.05);
    }
    const budget = 2 ** 20;
    const within = exactReverse({ policy: { memory: budget } });
    const { bytes } = await measure(device(), nonlinear, within, { horizon: 400, warmUps: 0 });
    expect(bytes!.measuredTotal).toBe(bytes!.predictedTotal);
    // The budget is that of the reverse loop; λ, the data and the result are beside it, whatever the method.
    const beside = predicted(oneStep, { horizon: 400 }, nonlinear);
    expect(bytes!.measuredTotal).toBeLessThanOrEqual(budget + beside);
    await expect(
      measure(device(), nonlinear, exactReverse({ policy: { memory: '1 KB' } }), { horizon: 400 }),
    ).rejects.toThrow(/T = 400 under a budget of .* is impossible/);
  });

  it('of REPLAY is that of k log_k T states, and its hypergradient that of all states to the bit', async () => {
    const horizon = 400;
    const of = (method: Method) => measure(device(), nonlinear, method, { horizon, warmUps: 0 });
    const all = await of(exactReverse());
    const tree = await of(replay({ arity: 5 }));
    expect(tree.hypergradient).toEqual(all!.hypergradient);
    expect(tree.outcome.counts).toMatchObject({ vjps: 2 * horizon - 1 });
    // Four levels: no step is run more often than that.
    expect(tree.outcome.counts.gradients).toBeLessThanOrEqual(horizon * 4 + 2);
    expect(tree.bytes!.measuredTotal).toBe(tree.bytes!.predictedTotal);
    const checkpoints = (found: typeof tree) => found.bytes!.measured.checkpoints!;
    const state = checkpoints(all) / horizon;
    // 4 + 3 · 4 states at once, and two rows to go on from.
    expect(checkpoints(tree)).toBe((16 + 2) * state);
    expect(16).toBeLessThanOrEqual(5 * 4);
    await expect(async () => replay({ arity: 1 })).rejects.toThrow(
      'k = 1 was asked for; give a whole number of 2',
    );
  });

  it('of particles is an axis of the arrays: 16 times as many pairs are no matter of dispatches', async () => {
    const dispatches: number[] = [];
    for (const particles of [4, 64]) {
      const method = nres({ particles, window: 5 });
      const { outcome, bytes } = await measure(device(), trackingOfSize(12, 4), method, {
        horizon: 10,
        warmUps: 0,
      });
      expect(bytes!.measuredTotal).toBe(bytes!.predictedTotal);
      dispatches.push(outcome.dispatches);
    }
    // A larger array may be taken in one more part.
    expect(dispatches[1]).toBeLessThan(1.5 * dispatches[0]!);
  });

  it('of particles and directions may lie in pieces, and the hypergradient is the same to the bit', async () => {
    const estimates = (more: { readonly chunk?: number }) => [
      pes({ particles: 5, window: 2, ...more }),
      fg2u({ directions: 5, ...more }),
    ];
    const found = async (of: Problem, more: { readonly chunk?: number }) => {
      const all = [];
      for (const method of estimates(more)) {
        const { hypergradient, bytes } = await measure(device(), of, method, { horizon: 4, warmUps: 0 });
        expect(bytes!.measuredTotal).toBe(bytes!.predictedTotal);
        all.push([...hypergradient]);
      }
      return all;
    };
    for (const [of, ...chunks] of [
      [trackingOfSize(12, 4), 1, 3],
      [smallNetwork(optimisers.momentum!()), 3],
    ] as const) {
      const whole = await found(of, {});
      expect(whole.flat().every((value) => value !== 0)).toBe(true);
      for (const chunk of chunks) expect(await found(of, { chunk })).toEqual(whole);
    }
    expect(() => fg2u({ chunk: 0 })).toThrow('fg2u: pieces of 0 were asked for; give a whole number of 1');
  });

  it('of truncated reverse mode grows with K, that of forward mode with p', () => {
    const windows = [500, 1000, 4000];
    const byWindow = windows.map((window) => predicted(truncatedReverse({ window }), { horizon: 4000 }));
    expect(exponent(windows, byWindow)).toBeCloseTo(1, 1);
    const counts = [50, 200, 1000];
    const byCount = counts.map((p) => predicted(forwardMode(), { horizon: 10 }, ratesOfSize(1000, p)));
    const slope = exponent(counts, byCount);
    expect(slope).toBeGreaterThan(0.95);
    expect(slope).toBeLessThan(1.05);
    // A few columns at a time bring it down again.
    const few = predicted(forwardMode({ columns: 50 }), { horizon: 10 }, nonlinear);
    expect(few).toBeLessThan(1.2 * byCount[0]!);
  });
});
