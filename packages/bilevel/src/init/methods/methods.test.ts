import { momentum, type Optimiser, sgd } from '@longhorizon/nn';
import { describe, expect, it } from 'vitest';
import { type QuadraticTask, quadraticTaskSet } from '../../problems/quadratic-tasks.ts';
import { prepareInitialisation } from '../../session/initialisation-run.ts';
import { numberedExamples, target } from '../../testing/numbered-examples.ts';
import { largestDifference } from '../../testing/numbers.ts';
import * as threeQuadratics from '../../testing/three-quadratics.ts';
import type { InitialisationMethod, InitialisationOptions } from '../method.ts';
import { fineTuning } from './fine-tuning.ts';
import { fomaml } from './fomaml.ts';
import { imaml } from './imaml.ts';
import { independent } from './independent.ts';
import { leap } from './leap.ts';
import { multiStepFomaml } from './multi-step-fomaml.ts';
import { multiTask } from './multi-task.ts';
import { reptile } from './reptile.ts';
import { scratch } from './scratch.ts';

const { alpha, heads: heads0, phi: phi0, tasks } = threeQuadratics;
const beta = 0.1;
const K = 6;
const set = threeQuadratics.taskSet;

// The textbook, on plain numbers.
type Vector = readonly number[];
const gradient = ({ H, c }: QuadraticTask, w: Vector) =>
  (H as readonly Vector[]).map((row) => row.reduce((total, h, j) => total + h * (w[j]! - c[j]!), 0));
const loss = (task: QuadraticTask, w: Vector) =>
  0.5 * gradient(task, w).reduce((total, g, j) => total + g * (w[j]! - task.c[j]!), 0);
const descend = (task: QuadraticTask, w: Vector) => {
  const g = gradient(task, w);
  return w.map((value, j) => value - alpha * g[j]!);
};
const path = (task: QuadraticTask, w: Vector, steps = K): Vector[] =>
  steps === 0 ? [w] : [w, ...path(task, descend(task, w), steps - 1)];
const startOf = (t: number, phi: Vector = phi0): Vector => [...phi, heads0[t]!];
const meanOf = (vectors: readonly Vector[]): Vector =>
  vectors[0]!.map((_, j) => vectors.reduce((total, one) => total + one[j]! / vectors.length, 0));
const body = (w: Vector) => w.slice(0, 2);
const minusBeta = (g: Vector, phi: Vector = phi0) => phi.map((value, j) => value - beta * g[j]!);

async function phiAfter(
  method: InitialisationMethod,
  steps = K,
  options: Partial<InitialisationOptions> = {},
  optimiser?: Optimiser,
) {
  const found: Float64Array[] = [];
  for (const groups of [[3], [1, 2]]) {
    const run = await prepareInitialisation('float64', set(groups, optimiser), method, {
      horizon: K,
      ...options,
    });
    await run.run(steps);
    found.push(await run.read('initial'));
    run.destroy();
  }
  // Groups say how the tasks are laid out and nothing else.
  expect(largestDifference(found[0]!, found[1]!)).toBeLessThan(1e-14);
  return found[0]!;
}

describe('one meta-update, in float64', () => {
  it('Reptile: towards the mean of the ends', async () => {
    const ends = tasks.map((task, t) => body(path(task, startOf(t)).at(-1)!));
    const expected = minusBeta(meanOf(ends).map((value, j) => phi0[j]! - value));
    expect(largestDifference(await phiAfter(reptile({ rate: beta })), expected)).toBeLessThan(1e-14);
  });

  it('FOMAML: down the mean gradient at the ends, and with a multi-step loss at all steps', async () => {
    const along = (from: number) =>
      meanOf(
        tasks.map((task, t) =>
          meanOf(
            path(task, startOf(t))
              .slice(from)
              .map((w) => body(gradient(task, w))),
          ),
        ),
      );
    for (const validationBatches of [1, 3])
      expect(
        largestDifference(await phiAfter(fomaml({ rate: beta, validationBatches })), minusBeta(along(K))),
      ).toBeLessThan(1e-14);
    expect(
      largestDifference(await phiAfter(multiStepFomaml({ rate: beta })), minusBeta(along(1))),
    ).toBeLessThan(1e-14);
  });

  it('Leap: forward along every path', async () => {
    const steps = (power: number) =>
      meanOf(
        tasks.map((task, t) => {
          const points = path(task, startOf(t));
          const total = [0, 0];
          for (let i = 0; i < K; i++) {
            const [at, next] = [points[i]!, points[i + 1]!];
            const change = loss(task, next) - loss(task, at);
            const moved = [0, 1].map((j) => next[j]! - at[j]!);
            const size = Math.hypot(...moved, change) ** (2 - power);
            for (const j of [0, 1])
              total[j]! -= (moved[j]! - Math.abs(change) * gradient(task, at)[j]!) / size;
          }
          return total;
        }),
      );
    expect(largestDifference(await phiAfter(leap({ rate: beta })), minusBeta(steps(1)))).toBeLessThan(1e-13);
    expect(
      largestDifference(await phiAfter(leap({ rate: beta, distance: 'energy' })), minusBeta(steps(2))),
    ).toBeLessThan(1e-13);
  });

  it('Leap: a step that makes the loss worse does not push φ uphill, unless asked to', async () => {
    // θ: 1 → −1.5, so Δθ = −2.5 and Δf = 28.125 − 12.5, where ∇f = 25.
    const steep = quadraticTaskSet({
      tasks: [{ H: [25], c: [0] }],
      initial: [1],
      optimiser: sgd({ rate: 0.1 }),
    });
    for (const stabiliser of [true, false]) {
      const method = leap({ rate: beta, stabiliser });
      const run = await prepareInitialisation('float64', steep, method, { horizon: 1 });
      await run.run(1);
      const [phi] = await run.read('initial');
      run.destroy();
      const forward = (-2.5 + (stabiliser ? -1 : 1) * 15.625 * 25) / Math.hypot(2.5, 15.625);
      expect(phi).toBeCloseTo(1 + beta * forward, 12);
    }
  });

  it('iMAML: the solution of (I + H/λ) v = g', async () => {
    const lambda = 0.5;
    const v = tasks.map((task, t) => {
      const [g0, g1] = gradient(task, path(task, startOf(t)).at(-1)!);
      const [[a, b], [, d]] = (task.H as readonly Vector[]).map((row) => row.map((h) => h / lambda)) as [
        [number, number],
        [number, number],
      ];
      const determinant = (1 + a) * (1 + d) - b * b;
      return [((1 + d) * g0! - b * g1!) / determinant, ((1 + a) * g1! - b * g0!) / determinant];
    });
    // Two steps solve two equations; more find nothing left to do.
    for (const steps of [2, 10])
      expect(
        largestDifference(
          await phiAfter(imaml({ rate: beta, proximal: lambda, steps })),
          minusBeta(meanOf(v)),
        ),
      ).toBeLessThan(1e-12);
  });

  it('independent training and scratch leave φ alone; scratch does nothing at all', async () => {
    expect(await phiAfter(independent, 3 * K)).toEqual(Float64Array.from(phi0));
    const run = await prepareInitialisation('float64', set([3]), scratch, { horizon: K });
    const { losses, counts, divergedAt } = await run.run(2 * K);
    expect(counts.gradients).toBe(0);
    expect(losses.every(Number.isNaN)).toBe(true);
    expect(divergedAt).toBeUndefined();
    expect(await run.read('initial')).toEqual(Float64Array.from(phi0));
    run.destroy();
  });
});

describe('batches', () => {
  const rate = 0.2;
  /** Weights after each of some steps from φ, the first with this number. */
  const along = (phi: number, first: number, steps: number) => {
    const points = [phi];
    for (let k = first; k < first + steps; k++)
      points.push(points.at(-1)! - rate * (points.at(-1)! - target(k)));
    return points;
  };

  it('go on through the trajectories, and judging has its own', async () => {
    for (const [validationBatches, multi] of [
      [1, false],
      [2, false],
      [1, true],
    ] as const) {
      const method = multi ? multiStepFomaml({ rate: beta }) : fomaml({ rate: beta, validationBatches });
      const run = await prepareInitialisation('float64', numberedExamples(rate), method, { horizon: 3 });
      let phi = 0;
      for (const first of [0, 3]) {
        const points = along(phi, first, 3);
        const judged = multi ? [1, 2, 3] : Array<number>(validationBatches).fill(3);
        const gradients = judged.map((i, k) => {
          // The first step's computations run with index 0, so a trajectory's last one with `first + 2`.
          const number = multi ? first + i - 1 : (first + 2) * validationBatches + k;
          return points[i]! - target(100 + number);
        });
        phi -= (beta * gradients.reduce((sum, one) => sum + one, 0)) / gradients.length;
        await run.trajectory();
        expect((await run.read('initial'))[0]).toBeCloseTo(phi, 13);
        expect((await run.read('weights'))[0]).toBeCloseTo(points[3]!, 13);
      }
      run.destroy();
    }
  });

  it('are needed by methods that judge', async () => {
    for (const method of [fomaml({ rate: 1 }), multiStepFomaml({ rate: 1 }), imaml({ rate: 1, proximal: 1 })])
      await expect(
        prepareInitialisation('float64', numberedExamples(rate, false), method, { horizon: 3 }),
      ).rejects.toThrow(/have no validation examples to be judged on; give the group a validationBatch/);
  });
});

describe('methods without trajectories, in float64', () => {
  it('multi-task learning: SGD with momentum and decay on the mean loss, heads their own', async () => {
    const optimiser = momentum({ rate: alpha, momentum: 0.9, weightDecay: 0.01 });
    let phi: Vector = phi0;
    let velocity: Vector = [0, 0];
    const heads = heads0.map((value) => ({ value, velocity: 0 }));
    for (let step = 0; step < 2 * K; step++) {
      const at = heads.map(({ value }) => [...phi, value]);
      const gradients = tasks.map((task, t) => gradient(task, at[t]!));
      velocity = meanOf(gradients.map(body)).map((g, j) => 0.9 * velocity[j]! + g + 0.01 * phi[j]!);
      phi = phi.map((value, j) => value - alpha * velocity[j]!);
      for (const [t, head] of heads.entries()) {
        head.velocity = 0.9 * head.velocity + gradients[t]![2]! + 0.01 * head.value;
        head.value -= alpha * head.velocity;
      }
    }
    expect(largestDifference(await phiAfter(multiTask, 2 * K, {}, optimiser), phi)).toBeLessThan(1e-13);
  });

  it('fine-tuning: the body of one task, trained without interruption', async () => {
    for (const source of [0, 2])
      expect(
        largestDifference(
          await phiAfter(fineTuning({ source }), 2 * K),
          body(path(tasks[source]!, startOf(source), 2 * K).at(-1)!),
        ),
      ).toBeLessThan(1e-14);
  });
});

describe('a run', () => {
  it('gives the training losses of every step and task, and counts gradients by task', async () => {
    const run = await prepareInitialisation('float64', set([1, 2]), independent, { horizon: K });
    const { losses, taskLosses, counts } = await run.run(K);
    const expected = path(tasks[2]!, startOf(2)).map((w) => loss(tasks[2]!, w));
    for (let i = 0; i < K; i++) {
      expect(taskLosses[3 * i + 2]).toBeCloseTo(expected[i]!, 13);
      expect(losses[i]).toBeCloseTo(
        (taskLosses[3 * i]! + taskLosses[3 * i + 1]! + taskLosses[3 * i + 2]!) / 3,
        13,
      );
    }
    expect(run.meanLoss()).toBe(losses.at(-1));
    expect(counts).toEqual({ gradients: 3 * K, vjps: 0, jvps: 0, hvps: 0 });
    run.destroy();
  });

  it('gives the same whether it pauses inside trajectories or not', async () => {
    const whole = await prepareInitialisation('float64', set([3]), reptile({ rate: beta }), { horizon: K });
    const pieces = await prepareInitialisation('float64', set([3]), reptile({ rate: beta }), { horizon: K });
    const all = await whole.run(2 * K + 2);
    const parts = [await pieces.run(4), await pieces.trajectory(), await pieces.run(K + 2)];
    expect(parts.map(({ steps }) => steps)).toEqual([4, 2, K + 2]);
    expect(parts.flatMap(({ losses }) => [...losses])).toEqual([...all.losses]);
    expect(await pieces.read('weights')).toEqual(await whole.read('weights'));
    for (const run of [whole, pieces]) run.destroy();
  });

  it('resets bodies, or everything, or nothing', async () => {
    const optimiser = momentum({ rate: alpha, momentum: 0.9 });
    const taskSet = quadraticTaskSet({
      tasks,
      initial: phi0,
      heads: (number) => heads0.map((value) => value + number),
      optimiser,
    });
    const first = async (reset: 'soft' | 'hard' | 'none') => {
      const run = await prepareInitialisation('float64', taskSet, independent, { horizon: K, reset });
      await run.trajectory();
      const [theta, velocity] = [await run.read('weights'), await run.readState('velocity')];
      await run.run(1);
      const after = await run.read('weights');
      run.destroy();
      return { theta, velocity, after };
    };
    // Where a step from these weights with this velocity leads.
    const stepOf = (w: Vector, velocity: Vector) => {
      const g = gradient(tasks[0]!, w);
      return w.map((value, j) => value - alpha * (0.9 * velocity[j]! + g[j]!));
    };
    const expectStep = (after: Float64Array, w: Vector, velocity: Vector) =>
      expect(largestDifference(after.subarray(0, 3), stepOf(w, velocity))).toBeLessThan(1e-13);
    const soft = await first('soft');
    expectStep(soft.after, [...phi0, soft.theta[2]!], [...soft.velocity.subarray(0, 3)]);
    const hard = await first('hard');
    expectStep(hard.after, [...phi0, heads0[0]! + 1], [0, 0, 0]);
    const none = await first('none');
    expectStep(none.after, [...none.theta.subarray(0, 3)], [...none.velocity.subarray(0, 3)]);
  });

  it('reports the step at which the numbers ceased to be finite, and stops there', async () => {
    const wild = quadraticTaskSet({
      tasks: [{ H: [1], c: [0] }],
      initial: [1],
      optimiser: sgd({ rate: 101 }),
    });
    const run = await prepareInitialisation('float64', wild, reptile({ rate: 1 }), { horizon: 10 });
    // After k steps the weight is (−100)^k and the loss 10^(4k)/2, which leaves float32 at k = 10.
    const outcome = await run.run(40);
    expect(outcome.divergedAt).toBe(10);
    expect(outcome.steps).toBe(20);
    run.destroy();
  });

  it('refuses in sentences', async () => {
    const refused = (
      options: InitialisationOptions,
      method: InitialisationMethod = independent,
      of = set([3]),
    ) =>
      prepareInitialisation('float64', of, method, options).then(
        () => 'ran',
        (error: Error) => `${error.name}: ${error.message}`,
      );
    expect(await refused({ horizon: 10, aggregatePeriod: 4 })).toBe(
      'RefusedError: A trajectory of K = 10 inner steps is no multiple of the aggregate period 4, so its last meta-update would see fewer steps than the others; choose K = 12, or a period that divides 10.',
    );
    expect(await refused({ horizon: 0 })).toMatch(/K = 0 is not the length of a trajectory/);
    expect(await refused({ horizon: 2, aggregatePeriod: 0 })).toMatch(
      /An aggregate period of 0 was asked for/,
    );
    expect(await refused({ horizon: 2 }, fineTuning({ source: 3 }))).toMatch(
      /there is no task 3 .* its 3 tasks/,
    );
    expect(await refused({ horizon: 4 }, multiStepFomaml({ rate: 1, every: 3 }))).toMatch(
      /every 3 steps does not fit a trajectory of K = 4/,
    );
    expect(() => quadraticTaskSet({ tasks: [], initial: [1], optimiser: sgd({ rate: 1 }) })).toThrow(
      /it has no tasks|0 tasks were asked for/,
    );
    const tooLong = { tasks, initial: [1, 2, 3, 4], optimiser: sgd({ rate: 1 }) };
    expect(() => quadraticTaskSet(tooLong)).toThrow(/a task has 3 weights, but the shared body has 4/);
    const run = await prepareInitialisation('float64', set([3]), independent, { horizon: 2 });
    await expect(run.run(0)).rejects.toThrow(/0 inner steps were asked for/);
    expect(() => run.readState('velocity')).toThrow(/carry no 'velocity'; they carry weights alone/);
    expect(() => run.read('weights', 1)).toThrow(/There is no group 1/);
    run.destroy();
  });
});
