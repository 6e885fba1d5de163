/** @file Problems that tell methods apart, held to their known numbers. */
import { describe, expect, it } from 'vitest';
import type { Method } from '../hyper/method.ts';
import { exactReverse } from '../hyper/methods/exact-reverse.ts';
import { generalisedGreedy } from '../hyper/methods/generalised-greedy.ts';
import { truncatedReverse } from '../hyper/methods/truncated.ts';
import type { Problem } from '../problem/problem.ts';
import { prepare } from '../session/run.ts';
import { influenceBalancing } from './influence-balancing.ts';
import { lorenz } from './lorenz.ts';
import { noisyQuadratic } from './noisy-quadratic.ts';
import { sharpBasins } from './sharp-basins.ts';

async function solved(problem: Problem, method: Method, horizon: number) {
  const run = await prepare('float64', problem, method, { horizon });
  const { outerLoss } = await run.compute();
  const g = [...(await run.read('hypergradient'))];
  run.destroy();
  return { outerLoss, g };
}

/** Relative. */
const near = (found: number, expected: number, digits: number) =>
  expect(Math.abs(found - expected) / Math.abs(expected)).toBeLessThan(0.6 * 10 ** -digits);

describe('noisy quadratic', () => {
  it('with the best rates in one dimension ends at A_0σ²/(σ² + T A_0), where no rate can be bettered', async () => {
    const [A0, h, variance, steps] = [100, 2, 3, 10];
    const rates: number[] = [];
    for (let A = A0, t = 0; t < steps; t++) {
      const rate = A / (h * (A + variance));
      rates.push(rate);
      A = (1 - rate * h) ** 2 * A + (rate * h) ** 2 * variance;
    }
    const problem = noisyQuadratic({ h: [h], variance: [variance], A0: [A0], rates, steps });
    const { outerLoss, g } = await solved(problem, exactReverse(), steps);
    near(outerLoss, 0.5 * h * 0.2991026919, 9);
    for (const slope of g) expect(Math.abs(slope)).toBeLessThan(1e-12);
  });

  const two = { h: [1, 0.01], variance: [1, 1], A0: [100, 100] };

  it('by greedy rates ends at the known excess', async () => {
    const rates: number[] = [];
    let A = [...two.A0];
    for (let t = 0; t < 100; t++) {
      const [over, under] = [0, 1].reduce(
        ([n, d], i) => [n! + two.h[i]! ** 2 * A[i]!, d! + two.h[i]! ** 3 * (A[i]! + 1)],
        [0, 0],
      ) as [number, number];
      const rate = over / under;
      rates.push(rate);
      A = A.map((value, i) => (1 - rate * two.h[i]!) ** 2 * value + (rate * two.h[i]!) ** 2);
    }
    expect(rates.slice(0, 3).map((rate) => rate.toFixed(4))).toEqual(['0.9902', '0.5024', '0.3387']);
    const problem = noisyQuadratic({ ...two, rates, steps: 100 });
    near((await solved(problem, exactReverse(), 100)).outerLoss, 0.4482402673, 9);
  });

  it.each([
    [1, 0.99, 0.985],
    [10, 0.351, 0.581],
    [100, 0.444, 0.348],
  ])('T = %d: the best constant rate and its excess', async (steps, rate, excess) => {
    const { outerLoss, g } = await solved(
      noisyQuadratic({ ...two, rates: [rate], steps }),
      exactReverse(),
      steps,
    );
    expect(Math.abs(outerLoss - excess)).toBeLessThan(0.001);
    // Beside the best rate, known to three digits, the slope changes its sign.
    const beside = async (shift: number) =>
      (await solved(noisyQuadratic({ ...two, rates: [rate + shift], steps }), exactReverse(), steps)).g[0]!;
    expect(Math.abs(g[0]!)).toBeLessThan(
      Math.max(Math.abs(await beside(-0.01)), Math.abs(await beside(0.01))),
    );
    expect(await beside(-0.01)).toBeLessThan(0);
    expect(await beside(0.01)).toBeGreaterThan(0);
  });

  it('drawn in samples has the moments as its mean', async () => {
    const draws = 2000;
    const repeated = (numbers: readonly number[]) => Array.from({ length: draws }, () => numbers).flat();
    const many = { h: repeated(two.h), variance: repeated(two.variance), A0: repeated(two.A0) };
    const drawn = noisyQuadratic({ ...many, rates: [0.4], steps: 20, kind: 'samples', seed: 1 });
    const mean = (await solved(drawn, exactReverse(), 20)).outerLoss / draws;
    const { outerLoss } = await solved(
      noisyQuadratic({ ...two, rates: [0.4], steps: 20 }),
      exactReverse(),
      20,
    );
    expect(Math.abs(mean - outerLoss) / outerLoss).toBeLessThan(0.05);
  });
});

describe('influence balancing', () => {
  it('in the long run has the loss 8 and the slope 24', async () => {
    const { outerLoss, g } = await solved(influenceBalancing(), exactReverse(), 300);
    near(outerLoss, 8, 10);
    near(g[0]!, 24, 10);
  });

  it.each([
    [1, 1],
    [5, 5],
    [10, 10],
    [20, 16.476],
    [40, 0.566],
    [41, -0.219],
    [100, -6],
  ])('truncated to K = %d steps it is −4 times the response %d', async (window, response) => {
    const { g } = await solved(influenceBalancing(), truncatedReverse({ window }), 300);
    expect(Math.abs(g[0]! / -4 - response)).toBeLessThan(6e-4);
  });

  it('summed over T = 8 steps has the slope 102, and each step by itself 18', async () => {
    const problem = influenceBalancing({ objective: 'sum' });
    near((await solved(problem, exactReverse(), 8)).g[0]!, 102, 10);
    near((await solved(problem, generalisedGreedy({ gamma: 1 }), 8)).g[0]!, 18, 10);
  });
});

describe('sharp basins', () => {
  it('has the known loss and gradient', async () => {
    const { outerLoss, g } = await solved(sharpBasins(), exactReverse(), 100);
    near(outerLoss, 2490.556752, 9);
    expect(g[0]).toBeCloseTo(-2.787107, 5);
    expect(g[1]).toBeCloseTo(-1.136565, 5);
  });
});

describe('Lorenz', () => {
  it.each([
    [100, 750.0686104, [449.527, 3144.763]],
    [1000, 306.122, [1230, -34349.4]],
  ] as const)('T = %d: the known loss and gradient', async (steps, loss, gradient) => {
    const { outerLoss, g } = await solved(lorenz({ steps }), exactReverse(), steps);
    near(outerLoss, loss, 5);
    for (const [k, value] of gradient.entries()) near(g[k]!, value, 4);
  });
});

it('refuses what does not fit, in sentences', () => {
  expect(() => noisyQuadratic({ h: [1], variance: [1], A0: [1], rates: [1, 1], steps: 1 })).toThrow(
    'give at least one step for each rate',
  );
  expect(() => lorenz({ steps: 0 })).toThrow('give a whole number of 1 or more');
});
