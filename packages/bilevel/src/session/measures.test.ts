import { adam } from '@longhorizon/nn';
import { array } from '@longhorizon/tensor';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { fg2u } from '../hyper/methods/fg2u.ts';
import { oneStep } from '../hyper/methods/one-step.ts';
import { descend, type Problem } from '../problem/problem.ts';
import { influenceBalancing } from '../problems/influence-balancing.ts';
import { lorenz } from '../problems/lorenz.ts';
import { tracking, trackingOfSize } from '../problems/tracking.ts';
import { estimateQuality } from './estimate.ts';
import { exponentMeans, finiteTimeExponent } from './exponent.ts';
import { prepare } from './run.ts';

const device = useDevice();

const quadratic = (h: readonly number[], rate: number, momentum = 0) =>
  tracking({
    G: h,
    w0: h.map(() => 1),
    lambda: h.map(() => 0),
    rate,
    momentum,
    outer: { kind: 'quadratic', c: h.map(() => 0) },
  });

describe('the finite-time exponent', () => {
  it('of descent on a quadratic is that of (1 − αh)^T u, and comes to log max |1 − αh|', async () => {
    const [h, rate, u] = [[1, 0.2, 4], 0.3, [1, 2, -2]];
    for (const horizon of [1, 7, 3000]) {
      const left = h.map(
        (one, k) => (T: number) => T * Math.log(Math.abs(1 - rate * one)) + Math.log(Math.abs(u[k]!) / 3),
      );
      const logs = left.map((of) => of(horizon));
      const most = Math.max(...logs);
      const expected =
        (most + 0.5 * Math.log(logs.reduce((all, one) => all + Math.exp(2 * (one - most)), 0))) / horizon;
      const found = await finiteTimeExponent('float64', quadratic(h, rate), { horizon, direction: array(u) });
      expect(Math.abs(found - expected)).toBeLessThan(1e-12);
      if (horizon === 3000) expect(Math.abs(found - Math.log(1 - rate * 0.2))).toBeLessThan(1e-3);
    }
    // 1 − αh = −1.5: rates that are too large show as an exponent above 0.
    expect(await finiteTimeExponent('float64', quadratic([1], 2.5), { horizon: 9 })).toBeCloseTo(
      Math.log(1.5),
      12,
    );
    expect(await finiteTimeExponent('float64', quadratic([1], 1), { horizon: 9 })).toBe(
      Number.NEGATIVE_INFINITY,
    );
  });

  it('takes the optimiser’s state in: heavy ball near its critical damping comes to log √μ', async () => {
    // Roots of z² − (1 + μ − ηh)z + μ: complex for these numbers, of size √μ.
    const found = await finiteTimeExponent('float64', quadratic([1], 0.5, 0.8), { horizon: 4000 });
    expect(Math.abs(found - 0.5 * Math.log(0.8))).toBeLessThan(2e-3);
    const base = quadratic([1, 2], 0.1);
    const optimiser = adam({ rate: 0.1 });
    const withAdam: Problem = {
      ...base,
      state: optimiser.state([2]),
      update: descend(() => optimiser, base.innerLoss),
    };
    expect(await finiteTimeExponent('float64', withAdam, { horizon: 30 })).toBeLessThan(0.1);
  });

  it('is above 0 for chaos and below 0 for what forgets, on the device too', async () => {
    // 0.9 per unit of time for the published parameters; these are others, and steps of 0.005.
    const chaos = lorenz({ steps: 3000, theta: [Math.log(10), Math.log(28)] });
    const found = await finiteTimeExponent('float64', chaos, { horizon: 3000 });
    expect(found / 0.005).toBeGreaterThan(0.5);
    expect(found / 0.005).toBeLessThan(1.5);
    const balancing = influenceBalancing();
    const [host, there] = [
      await finiteTimeExponent('float64', balancing, { horizon: 200 }),
      await finiteTimeExponent(device(), balancing, { horizon: 200 }),
    ];
    expect(host).toBeLessThan(-0.3);
    expect(Math.abs(host - there)).toBeLessThan(1e-5);
  });

  it.each([
    [-0.21, 100, 'a perturbation is 1.3·10⁹ times as small after 100 steps: reverse mode is safe.'],
    [-0.05, 100, 'a perturbation is 150 times as small after 100 steps: reverse mode is safe.'],
    [0, 100, 'a perturbation is as large after 100 steps: reverse mode is safe.'],
    [0.02, 100, 'a perturbation is 7.4 times as large after 100 steps: reverse mode is safe.'],
    [
      0.1,
      100,
      'a perturbation is 22,000 times as large after 100 steps, and the exact hypergradient grows with it',
    ],
    [1, 100, 'a perturbation is 2.7·10⁴³ times as large after 100 steps, and the exact'],
    [Number.NEGATIVE_INFINITY, 9, 'nothing of a perturbation is left: no derivative goes through all steps.'],
    [Number.NaN, 9, 'the steps leave the finite numbers'],
  ])('of %d over %i steps says what follows', (exponent, horizon, sentence) => {
    expect(exponentMeans(exponent, horizon)).toContain(sentence);
  });

  it('refuses a horizon that is none', async () => {
    const asked = finiteTimeExponent('float64', quadratic([1], 0.1), { horizon: 0 });
    await expect(asked).rejects.toThrow('T = 0 is not a horizon; give a whole number of 1 or more');
  });
});

describe('bias and variance of an estimate', () => {
  const problem = trackingOfSize(6, 5);
  const exact = problem.closedForm!(9).hypergradient;

  it('of (FG)²U are none, and p − 1 with signs', async () => {
    const found = await estimateQuality('float64', problem, fg2u(), { horizon: 9, draws: 400, exact });
    expect(found.bias).toBeLessThan(4 * found.biasError);
    // The variance of a sample of 400: 4 within a tenth.
    expect(Math.abs(found.variance - 4)).toBeLessThan(0.6);
    expect(found.signalToNoise).toBeCloseTo(1 / Math.sqrt(4), 1);
    expect(found.signAgreement).toBeGreaterThan(0.5);
  });

  it('of two draws are those of two numbers: half the square of their difference', async () => {
    const found = await estimateQuality('float64', problem, fg2u(), { horizon: 9, draws: 2, exact });
    const run = await prepare('float64', problem, fg2u(), { horizon: 9 });
    await run.compute();
    const a = await run.read('hypergradient');
    await run.compute();
    const b = await run.read('hypergradient');
    run.destroy();
    const norm = Math.hypot(...exact);
    const apart = Math.hypot(...a.map((value, j) => value - b[j]!));
    const away = Math.hypot(...a.map((value, j) => (value + b[j]!) / 2 - exact[j]!));
    expect(found.variance).toBeCloseTo((apart / norm) ** 2 / 2, 12);
    expect(found.biasError).toBeCloseTo(apart / norm / 2, 12);
    expect(found.bias).toBeCloseTo(away / norm, 12);
  });

  it('of a method that draws nothing are its error, and nothing', async () => {
    const found = await estimateQuality('float64', problem, oneStep, { horizon: 9, draws: 2, exact });
    expect(found).toMatchObject({ variance: 0, biasError: 0, signalToNoise: Number.POSITIVE_INFINITY });
    expect(found.bias).toBeGreaterThan(0.3);
  });

  it('need two draws', async () => {
    const one = estimateQuality('float64', problem, oneStep, { horizon: 9, draws: 1, exact });
    await expect(one).rejects.toThrow('1 draws were asked for; give a whole number of 2 or more');
  });
});
