import { sgd } from '@longhorizon/nn';
import { floor, multiply, sign, stopGradient, subtract } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { RefusedError } from '../hyper/method.ts';
import { conjugateGradientIft } from '../hyper/methods/conjugate-gradient.ts';
import { drmad } from '../hyper/methods/drmad.ts';
import { evoGrad } from '../hyper/methods/evograd.ts';
import { nres } from '../hyper/methods/evolution-strategies.ts';
import { exactReverse } from '../hyper/methods/exact-reverse.ts';
import { firstOrder } from '../hyper/methods/first-order.ts';
import { sharedForward } from '../hyper/methods/forward-shared.ts';
import { neumannIft } from '../hyper/methods/neumann.ts';
import { oneStep } from '../hyper/methods/one-step.ts';
import { truncatedReverse } from '../hyper/methods/truncated.ts';
import type { Problem } from '../problem/problem.ts';
import { rates, ratesOfSize } from '../problems/rates.ts';
import { tracking, trackingOfSize } from '../problems/tracking.ts';
import { prepare, refusal } from './run.ts';

const quadratic = trackingOfSize(3, 3);

describe('a method that cannot run says why', () => {
  it('first-order, where λ does not enter the outer loss', () => {
    expect(refusal(firstOrder, quadratic, 5)).toMatch(
      /λ does not enter the outer loss of problem 'tracking', .* such as one-step\./,
    );
  });

  it('a horizon shorter than the window', () => {
    expect(refusal(truncatedReverse({ window: 6 }), quadratic, 5)).toMatch(
      /a window of K = 6 steps is longer than the horizon, T = 5; give K ≤ 5/,
    );
    expect(refusal(neumannIft({ terms: 2, last: 6 }), quadratic, 5)).toMatch(/K = 6 .* horizon is T = 5/);
    expect(refusal(oneStep, quadratic, 0)).toMatch(/T = 0 is not a horizon/);
    expect(refusal(oneStep, quadratic, 2.5)).toMatch(/T = 2.5 is not a horizon/);
  });

  it('implicit differentiation and EvoGrad, where λ is in the optimiser alone', () => {
    expect(refusal(conjugateGradientIft({ steps: 2 }), ratesOfSize(3, 3), 5)).toMatch(/only its optimiser/);
    expect(refusal(evoGrad(), ratesOfSize(3, 3), 5)).toMatch(/only its optimiser/);
    expect(refusal(drmad, ratesOfSize(3, 3), 5)).toBeUndefined();
  });

  it('sharing that does not fit λ', () => {
    expect(refusal(sharedForward({ groups: 9 }), quadratic, 5)).toMatch(/cannot be cut into 9 groups/);
    expect(refusal(sharedForward({ groups: [0, 1] }), quadratic, 5)).toMatch(
      /2 group numbers .* 3 hyperparameters/,
    );
  });

  it('every method, on a problem where λ does nothing, or nothing that has a derivative', () => {
    const update = (step: Problem['update']): Problem => ({ ...quadratic, update: step });
    const still = update(({ w, state }) => ({ w: multiply(0.9, w), state }));
    expect(refusal(drmad, still, 5)).toMatch(/neither the update nor the outer loss depends on λ/);
    const hidden = update(({ w, state }, lambda) => ({
      w: subtract(w, multiply(0.1, sign(subtract(w, lambda)))),
      state,
    }));
    expect(refusal(drmad, hidden, 5)).toMatch(/only through operations that have no derivative/);
    const cut = update(({ w, state }, lambda) => ({ w: subtract(floor(w), stopGradient(lambda)), state }));
    expect(refusal(drmad, cut, 5)).toMatch(/no derivative flows from the weights/);
    // Losses alone do not ask for derivatives, but for λ.
    expect(refusal(nres({ window: 5 }), cut, 5)).toBeUndefined();
    expect(refusal(nres({ window: 5 }), still, 5)).toMatch(/neither the update nor the outer loss/);
  });

  it('before anything is run, as an error of its own kind', async () => {
    await expect(prepare('float64', quadratic, firstOrder, { horizon: 3 })).rejects.toThrow(RefusedError);
    expect(() => truncatedReverse({ window: 0 })).toThrow(/a window of 0 steps/);
    expect(() => neumannIft({ terms: -1 })).toThrow(/N = -1 terms/);
  });
});

describe('an inner loop that diverges is a result', () => {
  /** Every step doubles the distance: |w_t| = 2^t, and the outer loss ½·4^t leaves float32's range, 3.4·10³⁸, at t = 65. */
  const doubling = tracking({
    G: [1],
    w0: [1],
    lambda: [0],
    rate: 3,
    outer: { kind: 'quadratic', c: [0] },
  });

  it('with the step at which it happened', async () => {
    for (const method of [oneStep, exactReverse(), drmad]) {
      const run = await prepare('float64', doubling, method, { horizon: 100 });
      expect((await run.compute()).divergedAt).toBe(65);
      run.destroy();
      // At T = 64 weights and loss are float32 still, and dL/dλ = w_T(1 − 2^T) = −2^128 is not; one step sees less of it.
      for (const [T, expected] of [
        [64, method === oneStep ? undefined : 'hypergradient'],
        [63, undefined],
      ] as const) {
        const short = await prepare('float64', doubling, method, { horizon: T });
        expect((await short.compute()).diverged).toBe(expected);
        short.destroy();
      }
    }
  });

  it('online, too', async () => {
    const meta = { optimiser: (rate: Parameters<typeof sgd>[0]['rate']) => sgd({ rate }), rate: 0, every: 5 };
    const run = await prepare('float64', doubling, oneStep, { horizon: 100, meta });
    expect((await run.metaStep()).divergedAt).toBe(65);
    run.destroy();
  });

  it('NaN in what a problem is given shows at the first step', async () => {
    const broken = rates({
      h: [1, Number.NaN],
      m: [0, 0],
      w0: [1, 1],
      lambda: [0.1, 0.1],
      outer: { kind: 'sine' },
    });
    const run = await prepare('float64', broken, oneStep, { horizon: 9 });
    expect((await run.compute()).divergedAt).toBe(1);
    run.destroy();
  });
});
