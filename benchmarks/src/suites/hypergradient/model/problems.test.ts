import { exactReverse, type Method, oneStep, type Problem, prepare } from '@longhorizon/bilevel';
import { discountedSum, hyperdistill } from '@longhorizon/hyperdistill';
import { describe, expect, it } from 'vitest';
import { relativeDistance } from '../../../problem-parts/testing/distance.ts';
import { SMALL } from '../testing/small.ts';

const T = 3;

async function hypergradient(problem: Problem, method: Method, horizon = T): Promise<Float64Array> {
  const run = await prepare('float64', problem, method, { horizon });
  try {
    await run.compute();
    return await run.read('hypergradient');
  } finally {
    run.destroy();
  }
}

/** Σ x_s y_s and Σ x_s² over all steps and tasks, of which HyperDistill makes θ. */
async function fittedPairs(problem: Problem): Promise<Float64Array> {
  const run = await prepare('float64', problem, hyperdistill({ gamma: 0.9 }), { horizon: T });
  try {
    await run.compute();
    const sums = ['Σ xy', 'Σ x²'].map(
      (name) => run.inner.workspace.variables.find((variable) => variable.name === name)!,
    );
    return Float64Array.from(
      await Promise.all(sums.map(async (variable) => (await run.engine.read(variable))[0]!)),
    );
  } finally {
    run.destroy();
  }
}

/** Places in λ where the hypergradient is largest: what is not zero says most. */
function largest(values: Float64Array, count: number): number[] {
  return [...values.keys()].sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!)).slice(0, count);
}

for (const [name, make] of Object.entries(SMALL))
  describe(name, () => {
    const problem = make();

    it('has the hypergradient of central differences', async () => {
      const exact = await hypergradient(problem, exactReverse());
      expect(exact.every(Number.isFinite)).toBe(true);
      const places = largest(exact, 3);
      expect(Math.abs(exact[places[0]!]!)).toBeGreaterThan(0);
      const lambda = Float64Array.from(problem.initial.hyperparameters);
      const run = await prepare('float64', problem, oneStep, { horizon: T });
      const lossAt = async (place: number, value: number) => {
        run.write('lambda', lambda.with(place, value));
        return (await run.compute()).outerLoss;
      };
      for (const place of places) {
        const [step, at] = [1e-6, lambda[place]!];
        const difference = ((await lossAt(place, at + step)) - (await lossAt(place, at - step))) / (2 * step);
        expect(Math.abs(exact[place]! - difference)).toBeLessThan(1e-5 * Math.abs(difference) + 1e-8);
      }
      run.destroy();
    });

    it('is distilled: γ = 0 is one-step, and a fitted θ leaves something finite', async () => {
      const one = await hypergradient(problem, oneStep);
      const zero = await hypergradient(problem, hyperdistill({ gamma: 0, size: 1 }));
      expect(relativeDistance(zero, one)).toBeLessThan(1e-12);
      const distilled = await hypergradient(problem, hyperdistill({ gamma: 0.9 }));
      expect(distilled.every(Number.isFinite)).toBe(true);
      const same = await hypergradient(problem, discountedSum(0), 1);
      expect(
        relativeDistance(await hypergradient(problem, hyperdistill({ gamma: 0.9, size: 1 }), 1), same),
      ).toBeLessThan(1e-12);
    });

    if (problem.lambdaPerTask === true)
      it('gives each task its own row of a λ per task', async () => {
        const { lambdaPerTask: _, ...oneVector } = problem;
        const [found, expected] = [await fittedPairs(problem), await fittedPairs(oneVector)];
        expect(Math.abs(found[1]!)).toBeGreaterThan(0);
        expect(relativeDistance(found, expected)).toBeLessThan(1e-12);
      });

    it('reports its metrics', async () => {
      const run = await prepare('float64', problem, oneStep, { horizon: T });
      await run.compute();
      const metrics = await run.metrics();
      expect(metrics.accuracy).toBeGreaterThanOrEqual(0);
      expect(metrics.accuracy).toBeLessThanOrEqual(1);
      run.destroy();
    });
  });
