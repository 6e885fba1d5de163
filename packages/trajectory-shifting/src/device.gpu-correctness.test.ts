import {
  type InitialisationMethod,
  independent,
  init,
  predictInitialisation,
  prepareInitialisation,
  type TaskSet,
} from '@longhorizon/bilevel';
import { quadraticTaskSet } from '@longhorizon/bilevel/problems';
import { momentum } from '@longhorizon/nn';
import { totalBytes } from '@longhorizon/tensor/compiler';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { continualTrajectoryShifting } from './continual-trajectory-shifting.ts';
import * as golden from './testing/closed-loop.ts';
import { offsetForm } from './testing/offset-form.ts';
import { smallPictures } from './testing/small-pictures.ts';

const device = useDevice();
const { beta, K } = golden;
const shifting = continualTrajectoryShifting({ rate: beta });

/** Diagonal quadratics of any size in two groups, with momentum. */
function large(tasks: number, d: number): TaskSet {
  return quadraticTaskSet({
    tasks: Array.from({ length: tasks }, (_, t) => ({
      H: Array.from({ length: d }, (_, j) => 0.2 + ((t * 7 + j * 3) % 10) / 10),
      c: Array.from({ length: d }, (_, j) => Math.sin(t + j)),
    })),
    initial: Array.from({ length: d }, (_, j) => Math.cos(j)),
    optimiser: momentum({ rate: 0.1, momentum: 0.9 }),
    groups: [tasks - 2, 2],
  });
}

async function measured(taskSet: TaskSet, method: InitialisationMethod, steps = 2 * K) {
  const options = { horizon: K };
  const predicted = predictInitialisation(device(), taskSet, method, options);
  const watch = device().ledger.watch({ except: ['staging'] });
  const before = watch.peak;
  const run = await prepareInitialisation(device(), taskSet, method, options);
  const outcome = await run.run(steps);
  const peak = watch.peak - before;
  watch.stop();
  const phi = await run.read('initial');
  run.destroy();
  return { predicted, peak, phi, ...outcome };
}

describe('on a device', () => {
  it('the closed loop is the one worked out by hand', async () => {
    const run = await prepareInitialisation(device(), golden.twoTasks(), shifting, { horizon: K });
    for (const point of golden.cts) {
      await run.run(point.step - run.stepsDone);
      const found = [...(await run.read('initial')), ...(await run.read('weights'))];
      const expected = [...point.phi, ...point.theta1, ...point.theta2!];
      for (const [j, value] of expected.entries())
        expect(Math.abs(found[j]! - value), `step ${point.step}, number ${j}`).toBeLessThan(2e-6);
    }
    run.destroy();
  });

  it('two runs give the same bytes, whether they pause or not', async () => {
    const once = await measured(large(5, 50), shifting);
    const twice = await measured(large(5, 50), shifting);
    expect(twice.phi).toEqual(once.phi);
    expect(twice.losses).toEqual(once.losses);
    const run = await prepareInitialisation(device(), large(5, 50), shifting, { horizon: K });
    for (const steps of [3, 9, 8]) await run.run(steps);
    expect(await run.read('initial')).toEqual(once.phi);
    run.destroy();
  });
});

describe('memory', () => {
  it('is tasks × (weights + state), φ, the data, the losses and one step’s working set, as predicted', async () => {
    const [tasks, d] = [6, 1000];
    const { predicted, peak } = await measured(large(tasks, d), shifting);
    expect(peak).toBe(totalBytes(predicted));
    expect(predicted.weights).toBe(4 * (tasks * d + d));
    expect(predicted['optimiser state']).toBe(4 * tasks * d);
    expect(predicted.data).toBe(4 * 2 * tasks * d);
    // The losses of K steps, a few scalars, and what a step or a shift needs for itself.
    const rest = (predicted.scratch ?? 0) - 4 * K * tasks;
    expect(rest).toBeGreaterThan(0);
    expect(rest).toBeLessThan(4 * (2 * tasks * d));
  });

  it('does not depend on K but for the losses that are kept, and is that of Reptile', () => {
    const bytes = (method: InitialisationMethod, horizon: number) =>
      totalBytes(predictInitialisation(device(), large(4, 500), method, { horizon }));
    expect(bytes(shifting, 1000) - bytes(shifting, 10)).toBe(4 * 990 * 4);
    expect(bytes(shifting, 10)).toBe(bytes(init.reptile({ rate: beta }), 10));
  });

  it('of a network is less than in offsets, which need θ beside them', () => {
    /** Without the parameters of dispatches, of which a shift has its own. */
    const bytes = (method: InitialisationMethod) => {
      const { constants, ...others } = predictInitialisation(device(), smallPictures(8), method, {
        horizon: K,
      });
      return totalBytes(others);
    };
    expect(bytes(shifting)).toBe(bytes(independent));
    expect(bytes(offsetForm(beta))).toBeGreaterThan(bytes(shifting));
  });
});
