import { exactReverse, type Method, oneStep, type Problem, prepare, type Run } from '@longhorizon/bilevel';
import { lazy } from '@longhorizon/lazy';
import { constant, evaluate, grad, input, mean, type Tensor, take } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { relativeDistance } from '../../../problem-parts/testing/distance.ts';
import type { TailGiven } from './classifier.ts';
import { learningToReweight, type Reweighting, twoComponent, weightNet } from './reweighting.ts';
import { devPositions, trainStream } from './reweighting-problem.ts';
import { alpha, batch, smallProblem, smallTail } from './testing/small.ts';

async function withRun<T>(
  problem: Problem,
  method: Method,
  horizon: number,
  use: (run: Run) => Promise<T>,
): Promise<T> {
  const run = await prepare('float64', problem, method, { horizon });
  try {
    return await use(run);
  } finally {
    run.destroy();
  }
}

const hypergradient = (problem: Problem, method: Method, horizon: number) =>
  withRun(problem, method, horizon, async (run) => {
    await run.compute();
    return run.read('hypergradient');
  });

/** ∇ℓ_i of every example of the first batch at w, and ∇V there, in float64. */
function gradients(w: Float64Array): { readonly examples: Float64Array[]; readonly dev: Float64Array } {
  const { data, classifier, seed } = smallTail();
  const problem = smallProblem(twoComponent());
  const places = Object.entries(problem.given).map(
    ([name, array]) => [name, array, input(array.shape, { dtype: array.dtype, name })] as const,
  );
  const given = Object.fromEntries(places.map(([name, , tensor]) => [name, tensor]));
  const tail = given as unknown as TailGiven;
  const point = input([w.length], { name: 'w' });
  const positions = trainStream(data, batch, seed)(given, constant(0, 'u32'));
  const one = (i: number) =>
    grad((at: Tensor) => take(classifier.losses(at, tail, positions), constant(i, 'u32')))(point) as Tensor;
  const dev = grad((at: Tensor) => mean(classifier.losses(at, tail, devPositions(data))))(point) as Tensor;
  const values = new Map([
    [point, { shape: [w.length], dtype: 'f32' as const, data: Float64Array.from(w) }] as const,
    ...places.map(
      ([, array, tensor]) =>
        [tensor, { shape: array.shape, dtype: array.dtype, data: Float64Array.from(array.values) }] as const,
    ),
  ]);
  const results = evaluate([...Array.from({ length: batch }, (_, i) => one(i)), dev], values);
  return { examples: results.slice(0, batch).map(({ data: numbers }) => numbers), dev: results[batch]!.data };
}

const inner = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, k) => sum + value * b[k]!, 0);

describe('the derivative of V by the weights of examples', () => {
  it('is −α⟨∇ℓ_i(w), ∇V(w)⟩ for L2RW, whose virtual step does not move', async () => {
    const problem = smallProblem(learningToReweight());
    const g = await hypergradient(problem, oneStep, 1);
    const { examples, dev } = gradients(Float64Array.from(problem.initial.weights!));
    const expected = Float64Array.from(examples, (one) => -alpha * inner(one, dev));
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(1e-4);
    expect(relativeDistance(g, expected)).toBeLessThan(1e-12);
  });

  it('has ∇V after the step along the sum of w_y ℓ_i for two-component weighting', async () => {
    const problem = smallProblem(twoComponent());
    const [g, moved] = await withRun(problem, oneStep, 1, async (run) => {
      await run.compute();
      return [await run.read('hypergradient'), await run.read('weights')];
    });
    const start = Float64Array.from(problem.initial.weights!);
    const { examples } = gradients(start);
    const { dev } = gradients(moved);
    const expected = Float64Array.from(examples, (one) => -alpha * inner(one, dev));
    expect(relativeDistance(g, expected)).toBeLessThan(1e-12);
    const { data, seed } = smallTail();
    const positions = evaluate(
      [trainStream(data, batch, seed)({ firstStep: constant(0, 'u32') }, constant(0, 'u32'))],
      new Map(),
    )[0]!.data;
    const byHand = start.map(
      (value, k) =>
        value -
        alpha *
          examples.reduce(
            (sum, one, i) =>
              sum +
              problem.given.classWeights!.values[problem.given.labels!.values[positions[i]!]!]! * one[k]!,
            0,
          ),
    );
    expect(relativeDistance(moved, byHand)).toBeLessThan(1e-12);
  });

  const rules: Readonly<Record<string, Reweighting>> = {
    l2rw: learningToReweight(),
    'two-component': twoComponent(),
    'meta-weight-net': weightNet({ hidden: 4 }),
  };
  for (const [name, rule] of Object.entries(rules))
    it(`is that of central differences, also three steps ahead: ${name}`, async () => {
      const problem = smallProblem(rule);
      // Meta-Weight-Net's perceptron sees losses through which no derivative flows (as in its code), so further steps differ by design.
      for (const horizon of name === 'meta-weight-net' ? [1] : [1, 3]) {
        const exact = await hypergradient(problem, exactReverse(), horizon);
        const lambda = Float64Array.from(problem.initial.hyperparameters);
        const places = [0, 3, lambda.length - 1];
        await withRun(problem, oneStep, horizon, async (run) => {
          const lossAt = async (place: number, value: number) => {
            run.write('lambda', lambda.with(place, value));
            return (await run.compute()).outerLoss;
          };
          for (const place of places) {
            const [step, at] = [1e-5, lambda[place]!];
            const difference =
              ((await lossAt(place, at + step)) - (await lossAt(place, at - step))) / (2 * step);
            expect(Math.abs(exact[place]! - difference)).toBeLessThan(1e-5 * Math.abs(difference) + 1e-9);
          }
        });
      }
    });
});

describe('Lazy on the weights of examples', () => {
  for (const rule of [learningToReweight(), twoComponent(), weightNet({ hidden: 4 })]) {
    it(`is the one-step method at k = 1: ${rule.name}`, async () => {
      const problem = smallProblem(rule);
      const [one, leap] = [await hypergradient(problem, oneStep, 1), await hypergradient(problem, lazy(), 1)];
      expect(relativeDistance(leap, one)).toBeLessThan(1e-12);
    });

    it(`is −α⟨∇(∂L/∂λ_i)(w), ∇V⟩ with ∇V where k steps end, and one product: ${rule.name}`, async () => {
      const problem = smallProblem(rule);
      const k = 4;
      const [g, end, counts] = await withRun(problem, lazy({ clip: false }), k, async (run) => {
        const { counts: done } = await run.compute();
        return [await run.read('hypergradient'), await run.read('weights'), done] as const;
      });
      expect(counts).toMatchObject({ gradients: k + 1, vjps: 1, hvps: 0 });
      if (rule.name === 'meta-weight-net') return;
      const { examples } = gradients(Float64Array.from(problem.initial.weights!));
      const { dev } = gradients(end);
      const expected = Float64Array.from(examples, (one) => -alpha * inner(one, dev));
      expect(relativeDistance(g, expected)).toBeLessThan(1e-12);
      expect(relativeDistance(g, await hypergradient(problem, oneStep, 1))).toBeGreaterThan(0.01);
    });
  }
});

describe('what becomes of λ', () => {
  const after = (rule: Reweighting, lambda: readonly number[], hypergradient: readonly number[]) => {
    const [l, g] = [lambda, hypergradient].map((values) => input([values.length], {})) as [Tensor, Tensor];
    const values = new Map(
      [
        [l, lambda],
        [g, hypergradient],
      ].map(([tensor, numbers]) => [
        tensor as Tensor,
        { shape: [4], dtype: 'f32' as const, data: Float64Array.from(numbers as readonly number[]) },
      ]),
    );
    return [...evaluate([rule.update(l, g, {}, constant(0, 'u32')).lambda], values)[0]!.data];
  };

  it('L2RW keeps what helps, and normalises it to sum to 1; where nothing helps, all weights are 0', () => {
    expect(after(learningToReweight(), [0, 0, 0, 0], [-3, 2, -1, 0])).toEqual([0.75, 0, 0.25, 0]);
    expect(after(learningToReweight(), [0, 0, 0, 0], [3, 2, 1, 0])).toEqual([0, 0, 0, 0]);
  });

  it('two-component weighting steps 0.01 along it, neither clipped nor normalised', () => {
    expect(after(twoComponent(), [0, 0, 0, 0], [-3, 2, -1, 0])).toEqual([0.03, -0.02, 0.01, 0]);
  });
});
