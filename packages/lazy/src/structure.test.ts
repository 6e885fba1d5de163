/** What must hold on a network, in float64: Z3 of the specification. */
import {
  exactReverse,
  greedyMaml,
  hostArray,
  hyper,
  oneStep,
  type Problem,
  prepare,
  refusal,
} from '@longhorizon/bilevel';
import { trackingOfSize } from '@longhorizon/bilevel/problems';
import { adam, momentum } from '@longhorizon/nn';
import { cast, dot, jvp, multiply, reshape, square, sum, type Tensor, vjp } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { lazy, lookahead } from './lazy.ts';
import { leapTo } from './leap.ts';
import { convolutionalMaml, convolutionalWeights, numbers } from './testing/networks.ts';
import { cosine, gradientOf, relativeDifference } from './testing/results.ts';

const maml = convolutionalMaml();
const weights = convolutionalWeights();
const variants = ['L1', 'L2', 'L3', 'L4'] as const;

describe('one step is the greedy method', () => {
  it('of MAML, which is exact there', async () => {
    const exact = await gradientOf(maml, exactReverse(), 1);
    for (const variant of variants) {
      const found = await gradientOf(maml, lazy({ variant, epsilon: 0, clip: false }), 1);
      expect(relativeDifference(found, exact), variant).toBeLessThan(1e-6);
    }
    expect(relativeDifference(await gradientOf(maml, greedyMaml, 1), exact)).toBeLessThan(1e-12);
    expect(relativeDifference(await gradientOf(maml, hyper.fomaml, 1), exact)).toBeGreaterThan(1e-3);
  });

  it('of reweighting examples', async () => {
    const l2rw = await gradientOf(weights, oneStep, 1);
    expect(Math.hypot(...l2rw)).toBeGreaterThan(1e-3);
    for (const variant of variants) {
      const found = await gradientOf(weights, lazy({ variant, epsilon: 0, clip: false }), 1);
      expect(relativeDifference(found, l2rw), variant).toBeLessThan(1e-6);
    }
  });

  it('with an optimiser that has a state, too', async () => {
    for (const optimiser of [momentum({ rate: 0.1, momentum: 0.9 }), adam({ rate: 0.01 })]) {
      const problem = convolutionalMaml(optimiser);
      const found = await gradientOf(problem, lazy({ clip: false }), 1);
      expect(relativeDifference(found, await gradientOf(problem, exactReverse(), 1))).toBeLessThan(1e-12);
    }
  });
});

describe('a long horizon', () => {
  it('takes k gradients of the student, one of the teacher and one product', async () => {
    for (const k of [1, 7])
      for (const problem of [maml, weights])
        for (const variant of [...variants, 'L5', 'L6'] as const) {
          const run = await prepare('float64', problem, lazy({ variant }), { horizon: k });
          const { counts } = await run.compute();
          expect(counts, variant).toEqual({ gradients: k + 1, vjps: 1, jvps: 0, hvps: 0 });
          run.destroy();
        }
    const run = await prepare('float64', maml, lookahead(), { horizon: 7 });
    expect((await run.compute()).counts).toEqual({ gradients: 8, vjps: 0, jvps: 0, hvps: 0 });
    run.destroy();
  });

  it('is judged by the examples of after its last step, whatever the variant', async () => {
    const problem: Problem = {
      ...trackingOfSize(4, 2),
      validationBatch: (_, step) => reshape(step, [1]),
      outerLoss: (w, _lambda, _given, batch) => multiply(sum(square(w)), reshape(cast(batch!, 'f32'), [])),
    };
    const judged = async (variant: 'L1' | 'L4') => {
      const run = await prepare('float64', problem, lazy({ variant }), { horizon: 3 });
      const { outerLoss } = await run.compute();
      run.destroy();
      return outerLoss;
    };
    // With β = 1 the value of both is s_3.
    expect(await judged('L4')).toBeCloseTo(await judged('L1'), 12);
  });

  it('has the value φ + β(s_k − φ) to the bit, and the outer loss there', async () => {
    const [k, beta] = [4, 0.3];
    const run = await prepare('float64', weights, lazy({ beta }), { horizon: k });
    const { outerLoss } = await run.compute();
    const { inner, engine } = run;
    const [start, end] = [await run.read('initial'), await run.read('weights')];
    const expected = start.map((phi, j) => phi + beta * (end[j]! - phi));
    const [value] = await engine.evaluate([leapTo(inner, inner.carry.w.tensor, beta)]);
    expect(value).toEqual(expected);
    engine.write(inner.carry.w, expected);
    const [loss] = await engine.evaluate([inner.outerLossAt(inner.carry.w.tensor)], k);
    expect(loss![0]).toBe(outerLoss);
    run.destroy();
  });

  it('is nearer to exact MAML than the first-order gradient on average', async () => {
    const exact = await gradientOf(maml, exactReverse(), 12);
    const ours = cosine(await gradientOf(maml, lazy(), 12), exact);
    expect(ours).toBeGreaterThan(cosine(await gradientOf(maml, lookahead(), 12), exact));
  });
});

describe("the teacher's derivative", () => {
  /** v = ∇V at the student's end, with the means over tasks that it has. */
  async function outerGradient(problem: Problem, k: number): Promise<Float64Array> {
    const run = await prepare('float64', problem, lazy({ clip: false }), { horizon: k });
    await run.compute();
    const { inner, engine } = run;
    const [v] = await engine.evaluate([inner.outerAt(inner.carry.w.tensor).alpha], k);
    run.destroy();
    return v!;
  }

  /** The surrogate ⟨v, Φ(w_0(λ), λ)⟩ as the outer loss of one step. */
  function surrogateOf(problem: Problem, v: Float64Array): Problem {
    const { tasks, weightLength } = problem;
    const shape = tasks === undefined ? [weightLength] : [tasks, weightLength];
    const product = (w: Tensor, own: Tensor) => sum(multiply(w, own), w.shape.length - 1);
    return {
      ...problem,
      given: { ...problem.given, v: hostArray(v, shape) },
      outerLoss: (w, _, given) => multiply(tasks ?? 1, product(w, given.v!)),
    };
  }

  for (const [name, problem] of [
    ['MAML', maml],
    ['example weights', weights],
  ] as const)
    it(`is that of one step from the start, by differences: ${name}`, async () => {
      const k = 3;
      const v = await outerGradient(problem, k);
      const found = await gradientOf(problem, lazy({ clip: false }), k);
      const run = await prepare('float64', surrogateOf(problem, v), greedyMaml, { horizon: 1 });
      const lambda = Float64Array.from(problem.initial.hyperparameters);
      const largest = Math.hypot(...found);
      const epsilon = 1e-5;
      for (let j = 0; j < lambda.length; j += Math.ceil(lambda.length / 25)) {
        const sides: number[] = [];
        for (const shift of [epsilon, -epsilon]) {
          run.write('lambda', lambda.with(j, lambda[j]! + shift));
          sides.push((await run.compute()).outerLoss);
        }
        const difference = (sides[0]! - sides[1]!) / (2 * epsilon);
        expect(Math.abs(found[j]! - difference) / largest).toBeLessThan(1e-7);
      }
      run.destroy();
    });

  it('is a product with a symmetric matrix', async () => {
    const size = maml.tasks! * maml.weightLength;
    const shape = [maml.tasks!, maml.weightLength];
    const given = {
      ...maml.given,
      a: hostArray(numbers(size, 100), shape),
      b: hostArray(numbers(size, 900), shape),
    };
    const run = await prepare('float64', { ...maml, given }, hyper.fomaml, { horizon: 1 });
    await run.compute();
    const { inner, engine } = run;
    const w = inner.carry.w.tensor;
    const gradient = inner.innerGradientAt(w);
    const [a, b] = [inner.given.a!.tensor, inner.given.b!.tensor];
    const [forward] = jvp([gradient], [w], [b]);
    const [backward] = vjp([gradient], [w], [b]);
    const [other] = jvp([gradient], [w], [a]);
    const [[aHb], [aHbBackward], [bHa]] = (await engine.evaluate([
      dot(a, forward!),
      dot(a, backward!),
      dot(b, other!),
    ])) as [Float64Array, Float64Array, Float64Array];
    expect(Math.abs(aHb!)).toBeGreaterThan(1e-3);
    expect(aHb! / bHa!).toBeCloseTo(1, 10);
    expect(aHbBackward! / aHb!).toBeCloseTo(1, 10);
    run.destroy();
  });
});

describe('what cannot be done is refused with a sentence', () => {
  it('options outside their range', () => {
    expect(() => lazy({ beta: 0 })).toThrow(/β = 0 was asked for; .* above 0 and at most 1/);
    expect(() => lazy({ beta: 1.5 })).toThrow(/β = 1.5/);
    expect(() => lazy({ beta: Number.NaN })).toThrow(/β = NaN/);
    expect(() => lazy({ variant: 'L7' as 'L1' })).toThrow(
      /'L7' is no variant; give one of L1, L2, L3, L4, L5, L6/,
    );
    expect(() => lazy({ mix: 1 })).toThrow(/a mix of λ = 1/);
    expect(() => lazy({ epsilon: -1 })).toThrow(/ε = -1/);
    expect(() => lazy({ clip: 0 })).toThrow(/a norm of 0 was asked for/);
    expect(() => lookahead({ beta: 0 })).toThrow(/lookahead: β = 0/);
  });

  it('a student without steps', () => {
    expect(refusal(lazy(), maml, 0)).toMatch(/T = 0 is not a horizon/);
  });

  it('λ that neither the start nor a step sees', () => {
    const onlyOuter: Problem = {
      ...trackingOfSize(3, 3),
      update: ({ w, state }) => ({ w: multiply(0.9, w), state }),
      outerLoss: (w, lambda) => sum(multiply(w, lambda)),
    };
    expect(refusal(lazy(), onlyOuter, 5)).toMatch(/neither the start of the weights nor the inner steps/);
  });

  it('no derivative at all: example weights without the graph, a last step cut off', () => {
    expect(refusal(lookahead(), weights, 5)).toMatch(
      /without the teacher's graph nothing leads to it; use lazy/,
    );
    expect(refusal(lazy({ variant: 'L4', lastStep: 'cut' }), maml, 5)).toMatch(
      /no derivative reaches the start/,
    );
    expect(refusal(lazy({ variant: 'L4', lastStep: 'cut' }), weights, 5)).toBeUndefined();
    expect(refusal(lazy({ variant: 'L4', lastStep: 'cut', beta: 0.5 }), maml, 5)).toBeUndefined();
  });
});
