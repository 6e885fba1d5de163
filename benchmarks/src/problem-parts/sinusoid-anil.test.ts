import { drmad, exactReverse, type Method, oneStep, prepare } from '@longhorizon/bilevel';
import { discountedSum, hyperdistill } from '@longhorizon/hyperdistill';
import { constant, evaluate } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { type SinusoidOptions, sinusoidAnil, sinusoidBatch } from './sinusoid-anil.ts';
import { relativeDistance } from './testing/distance.ts';

const small = { hidden: [8, 8], tasks: 2, shots: 5, queries: 4, seed: 3 };

async function hypergradient(
  method: Method,
  horizon: number,
  options: SinusoidOptions = small,
): Promise<Float64Array> {
  const run = await prepare('float64', sinusoidAnil(options), method, { horizon });
  try {
    await run.compute();
    return await run.read('hypergradient');
  } finally {
    run.destroy();
  }
}

describe('sinusoid ANIL', () => {
  it('has the sizes of appendix G', () => {
    const problem = sinusoidAnil();
    expect(problem.d).toBe(101);
    expect(problem.p).toBe(200 + 2 * 10_100);
    expect(problem.tasks).toBe(10);
  });

  it('has a linear head, so that S_t v_t is Eq. 7 whatever γ is', async () => {
    for (const gamma of [0, 0.5, 0.9, 0.99, 1]) {
      const distilled = await hypergradient(hyperdistill({ gamma, size: 1 }), 12);
      const sum = await hypergradient(discountedSum(gamma), 12);
      expect(relativeDistance(distilled, sum), `γ = ${gamma}`).toBeLessThan(1e-12);
    }
  });

  it('gives each task its own row of a λ per task', async () => {
    const { lambdaPerTask, ...oneVector } = sinusoidAnil(small);
    expect(lambdaPerTask).toBe(true);
    const method = hyperdistill({ gamma: 0.9 });
    const run = await prepare('float64', oneVector, method, { horizon: 3 });
    await run.compute();
    const expected = await run.read('hypergradient');
    run.destroy();
    expect(relativeDistance(await hypergradient(method, 3), expected)).toBeLessThan(1e-12);
  });

  it('has the exact hypergradient of central differences', async () => {
    const T = 5;
    const exact = await hypergradient(exactReverse(), T);
    const lambda = Float64Array.from(sinusoidAnil(small).initial.hyperparameters);
    const run = await prepare('float64', sinusoidAnil(small), oneStep, { horizon: T });
    const lossAt = async (index: number, value: number) => {
      run.write('lambda', lambda.with(index, value));
      return (await run.compute()).outerLoss;
    };
    for (const index of [0, 5, 20, 60, lambda.length - 1]) {
      const [step, at] = [1e-5, lambda[index]!];
      const difference = ((await lossAt(index, at + step)) - (await lossAt(index, at - step))) / (2 * step);
      expect(Math.abs(exact[index]! - difference)).toBeLessThan(1e-7);
    }
    run.destroy();
  });

  it('orders the estimators by their cosine to the exact one', async () => {
    // Second-order terms without momentum: with it, exact reverse mode differentiates the velocity, which the others hold constant.
    const means = { oneStep: 0, nine: 0, drMad: 0 };
    for (const seed of [0, 1, 2]) {
      const options = { hidden: [16, 16], tasks: 4, momentum: 0, seed };
      const T = 30;
      const direct = await hypergradient(hyperdistill({ gamma: 0.9, size: 0 }), T, options);
      const second = async (method: Method) =>
        (await hypergradient(method, T, options)).map((g, k) => g - direct[k]!);
      const exact = await second(exactReverse());
      const cosine = async (method: Method) => {
        const found = await second(method);
        const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, one, k) => sum + one * b[k]!, 0);
        return dot(found, exact) / Math.sqrt(dot(found, found) * dot(exact, exact));
      };
      means.oneStep += (await cosine(oneStep)) / 3;
      means.nine += (await cosine(discountedSum(0.9))) / 3;
      means.drMad += (await cosine(drmad)) / 3;
    }
    expect(means.nine).toBeGreaterThan(means.oneStep + 0.02);
    expect(means.drMad).toBeGreaterThan(means.nine + 0.01);
  });

  it('judges each step of the published horizon on points of its own, the same for all methods', () => {
    const problem = sinusoidAnil();
    const positions = (step: number) => {
      const given = {} as Parameters<NonNullable<typeof problem.validationBatch>>[0];
      const [drawn] = evaluate([problem.validationBatch!(given, constant(step, 'u32'))], new Map());
      return Array.from(drawn!.data.subarray(0, 10));
    };
    const steps = Array.from({ length: 30 }, (_, k) => positions(k + 1));
    expect(new Set(steps.flat()).size).toBe(300);
    expect(positions(31)).toEqual(steps[0]);
  });

  it('draws other waves for other meta-batches, and the same again for the same', () => {
    const [first, again, second] = [0, 0, 1].map((number) => sinusoidBatch('train', number, small));
    expect(again).toEqual(first);
    expect(second!.y).not.toEqual(first!.y);
    expect(sinusoidBatch('test', 0, small).y).not.toEqual(first!.y);
  });
});
