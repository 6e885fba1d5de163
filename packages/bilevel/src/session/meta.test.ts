import { adam, type Optimiser, sgd } from '@longhorizon/nn';
import { broadcastTo, cast, constant, divide, stepIndex, subtract, type Tensor } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import type { Method } from '../hyper/method.ts';
import { drmad } from '../hyper/methods/drmad.ts';
import { exactReverse } from '../hyper/methods/exact-reverse.ts';
import { oneStep } from '../hyper/methods/one-step.ts';
import { hostArray } from '../problem/host-array.ts';
import { defineProblem } from '../problem/problem.ts';
import { largestDifference } from '../testing/numbers.ts';
import { optimisers, smallNetwork } from '../testing/small-network.ts';
import { execute } from '../workspace/workspace.ts';
import type { InitialisationRule } from './meta.ts';
import { prepare } from './run.ts';

const horizon = 6;
const plain = (rate: Tensor): Optimiser => sgd({ rate });
const network = smallNetwork(optimisers.momentum!(), 3);

/** A method whose hypergradient after step t is 1/(t − step) everywhere. */
const infiniteAfter = (step: number): Method => ({
  ...oneStep,
  build: ({ workspace, hypergradient, lambda, outerLoss }) => {
    const away = subtract(cast(stepIndex(), 'f32'), step);
    const computation = workspace.computation('1/(t − step)', [
      [hypergradient, broadcastTo(divide(1, away), lambda.shape)],
      [outerLoss, constant(0)],
    ]);
    return { hypergradient: (t) => [execute(computation, t)] };
  },
});

/** a + factor · b */
const plus = (a: Float64Array, factor: number, b: Float64Array) =>
  a.map((value, j) => value + factor * b[j]!);

describe('meta-training, in float64', () => {
  for (const method of [oneStep, drmad, exactReverse()])
    it(`${method.title}: one update at the end goes along the hypergradient that compute gives`, async () => {
      const meta = { optimiser: plain, rate: 0.3, every: horizon };
      const run = await prepare('float64', network, method, { horizon, meta });
      const lambda = await run.read('lambda');
      const frozen = await run.compute();
      const expected = plus(lambda, -0.3, await run.read('hypergradient'));
      expect(await run.read('lambda')).toEqual(lambda);
      const outcome = await run.metaStep();
      expect(outcome.outerLoss).toBe(frozen.outerLoss);
      expect(largestDifference(await run.read('lambda'), expected)).toBeLessThan(1e-15);
      run.destroy();
    });

  it('moves φ by Reptile towards the mean of the tasks, by FOMAML down their mean gradient', async () => {
    const moved = async (initialisation: InitialisationRule) => {
      const meta = { optimiser: plain, rate: 0, initialisation, initialisationRate: 0.25 };
      const run = await prepare('float64', network, oneStep, { horizon, meta });
      const before = await run.read('initial');
      await run.metaStep();
      const { carry } = run.inner;
      const w = await run.read('weights');
      const [alpha] = await run.engine.evaluate([run.inner.outerAt(carry.w.tensor).alpha], horizon);
      const after = await run.read('initial');
      run.destroy();
      return { before, after, w, alpha: alpha! };
    };
    const d = network.weightLength;
    const overTasks = (rows: Float64Array, factor: number) =>
      Float64Array.from({ length: d }, (_, j) => factor * (rows[j]! + rows[d + j]! + rows[2 * d + j]!));
    const fixed = await moved('fixed');
    expect(fixed.after).toEqual(fixed.before);
    const reptile = await moved('reptile');
    const towards = plus(overTasks(reptile.w, 1 / 3), -1, reptile.before);
    expect(largestDifference(reptile.after, plus(reptile.before, 0.25, towards))).toBeLessThan(1e-15);
    const fomaml = await moved('fomaml');
    expect(
      largestDifference(fomaml.after, plus(fomaml.before, -0.25, overTasks(fomaml.alpha, 1))),
    ).toBeLessThan(1e-15);
  });

  it('keeps the optimiser of λ and its count from one inner optimisation to the next', async () => {
    const meta = { optimiser: (rate: Tensor): Optimiser => adam({ rate }), rate: 0.1, every: horizon };
    const run = await prepare('float64', network, oneStep, { horizon, meta });
    // What Adam does with the same gradients, by hand.
    let [first, second, lambda] = [0, 0, (await run.read('lambda'))[0]!];
    for (let count = 1; count <= 3; count++) {
      await run.metaStep();
      const g = (await run.read('hypergradient'))[0]!;
      first = 0.9 * first + 0.1 * g;
      second = 0.999 * second + 0.001 * g * g;
      lambda -= (0.1 * (first / (1 - 0.9 ** count))) / (Math.sqrt(second / (1 - 0.999 ** count)) + 1e-8);
      expect(Math.abs((await run.read('lambda'))[0]! - lambda)).toBeLessThan(1e-12);
    }
    run.destroy();
  });

  it('makes no update after one that was not finite, until the next inner optimisation', async () => {
    const run = await prepare('float64', network, infiniteAfter(2), {
      horizon,
      meta: { optimiser: plain, rate: 0.3 },
    });
    const lambda = await run.read('lambda');
    for (let number = 1; number <= 2; number++) {
      expect(await run.metaStep()).toMatchObject({ divergedAt: 2 });
      // The update after step 1 is made; those after steps 3 … T would be finite.
      expect(
        largestDifference(
          await run.read('lambda'),
          lambda.map((one) => one + 0.3 * number),
        ),
      ).toBeLessThan(1e-15);
    }
    run.destroy();
  });

  it('refuses what makes no sense, in a sentence', async () => {
    const every = 7;
    const meta = { optimiser: plain, rate: 0.1, every };
    await expect(prepare('float64', network, oneStep, { horizon, meta })).rejects.toThrow(
      /λ cannot be updated after every 7 steps of a horizon of T = 6/,
    );
    const run = await prepare('float64', network, oneStep, { horizon });
    await expect(run.metaStep()).rejects.toThrow(/prepared without an optimiser for λ/);
    expect(() => run.writeGiven('z', [1])).toThrow(/is not given 'z'; it is given x, y, xVal, yVal/);
    run.destroy();
    expect(() => defineProblem({ ...network, initial: { ...network.initial, weights: [1] } })).toThrow(
      /1 initial weights were given for a vector of 16/,
    );
    expect(() => defineProblem({ ...network, p: 9 })).toThrow(
      /9 hyperparameters are said to lie in a vector of 5/,
    );
    expect(() => hostArray([1, 2], [3])).toThrow(/2 values do not fill the shape \[3\]/);
  });
});
