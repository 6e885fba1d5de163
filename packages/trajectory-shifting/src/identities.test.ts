import {
  type InitialisationMethod,
  independent,
  init,
  type PrepareInitialisationOptions,
  prepareInitialisation,
  type TaskSet,
} from '@longhorizon/bilevel';
import { quadraticTaskSet } from '@longhorizon/bilevel/problems';
import { momentum, sgd } from '@longhorizon/nn';
import { add, cast, constant, multiply, state, subtract } from '@longhorizon/tensor';
import { describe, expect, it } from 'vitest';
import { continualTrajectoryShifting } from './continual-trajectory-shifting.ts';
import { exactShift } from './exact-shift.ts';
import { fomamlShifting } from './fomaml-shifting.ts';
import * as golden from './testing/closed-loop.ts';
import { offsetForm } from './testing/offset-form.ts';
import { smallPictures } from './testing/small-pictures.ts';

const { beta, K } = golden;
const shifting = continualTrajectoryShifting({ rate: beta });

async function after(
  steps: number,
  taskSet: TaskSet,
  method: InitialisationMethod,
  options: Partial<PrepareInitialisationOptions> = {},
) {
  const run = await prepareInitialisation('float64', taskSet, method, { horizon: K, ...options });
  const { losses } = await run.run(steps);
  const [phi, theta] = [await run.read('initial'), await run.read('weights')];
  run.destroy();
  return { phi, theta, losses };
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, j) => Math.abs(value - b[j]!)));

describe('the error of the shift', () => {
  /** e_k for shifts of 1 after each of k steps on ½hθ², with λ = αh: θ_k − U_k(φ_k). */
  async function error(lambda: number, k: number, size = 1, last = k) {
    const steady: InitialisationMethod = {
      id: 'init/steady',
      name: 'steady',
      title: 'the same shift after every step',
      source: 'this test',
      build: (layout) => {
        const delta = add(multiply(layout.initial.tensor, 0), constant(size));
        const shift = layout.metaUpdate('shift', add(layout.initial.tensor, delta), {
          following: layout.shiftAll(delta),
        });
        return { after: ({ i, index }) => (i <= last ? shift(index) : []) };
      },
    };
    const bowl = quadraticTaskSet({
      tasks: [{ H: [1], c: [0] }],
      initial: [0.7],
      optimiser: sgd({ rate: lambda }),
    });
    const { phi, theta } = await after(k, bowl, steady, { horizon: k });
    return theta[0]! - (1 - lambda) ** k * phi[0]!;
  }

  const table = [
    [0.01, 1, 0.01, 0],
    [0.01, 2, 0.0298, 0.0099],
    [0.01, 5, 0.1460447605, 0.0970348104],
    [0.01, 10, 0.517971749, 0.422353824],
    [0.01, 100, 26.79353175, 26.15956409],
    [0.1, 5, 1.14265, 0.73314],
    [0.1, 10, 3.026431198, 2.375109638],
    [0.5, 10, 1.98828125, 0.9892578125],
  ] as const;
  it.each(table)('λ = %f, k = %i: as the formula has it', async (lambda, k, all, butTheLast) => {
    expect(Math.abs((await error(lambda, k)) / all - 1)).toBeLessThan(1e-9);
    expect(Math.abs((await error(lambda, k, 1, k - 1)) - butTheLast)).toBeLessThan(
      1e-9 * Math.max(1, butTheLast),
    );
  });

  it('grows as k², as α and as |Δ|', async () => {
    const slope = (a: number, b: number, factor: number) => Math.log(b / a) / Math.log(factor);
    const small = 1e-6;
    // e_k ≈ λk(k + 1)/2, so between k and 2k the slope is 2 up to 1/k.
    expect(slope(await error(small, 100), await error(small, 200), 2)).toBeCloseTo(2, 1);
    expect(slope(await error(small, 50), await error(2 * small, 50), 2)).toBeCloseTo(1, 3);
    expect(slope(await error(small, 50), await error(small, 50, 2), 2)).toBeCloseTo(1, 3);
  });
});

describe('identities, in float64', () => {
  it('K = 1: the same as Reptile', async () => {
    const [ours, theirs] = [
      await after(20, golden.twoTasks(), shifting, { horizon: 1 }),
      await after(20, golden.twoTasks(), init.reptile({ rate: beta }), { horizon: 1 }),
    ];
    expect(ours.phi).toEqual(theirs.phi);
  });

  it('a meta-update at the end of a trajectory only: the same as Reptile', async () => {
    const [ours, theirs] = [
      await after(3 * K, golden.twoTasks(), shifting, { aggregatePeriod: K }),
      await after(3 * K, golden.twoTasks(), init.reptile({ rate: beta })),
    ];
    expect(ours.phi).toEqual(theirs.phi);
    expect(ours.losses).toEqual(theirs.losses);
  });

  it('β = 0: independent training from a φ that stays', async () => {
    const none = continualTrajectoryShifting({ rate: 0 });
    const [ours, theirs] = [
      await after(K + 3, golden.twoTasks(), none),
      await after(K + 3, golden.twoTasks(), independent),
    ];
    expect(ours).toEqual(theirs);
    expect(ours.phi).toEqual(Float64Array.from(golden.start));
  });

  it('in offsets: the same φ, with momentum, decay, heads and in groups too', async () => {
    for (const taskSet of [golden.twoTasks(), golden.twoTasks([1, 1], 0.9, 0.01), withHeads()])
      for (const aggregatePeriod of [1, 5]) {
        const [ours, theirs] = [
          await after(3 * K, taskSet, shifting, { aggregatePeriod }),
          await after(3 * K, taskSet, offsetForm(beta), { aggregatePeriod }),
        ];
        expect(largest(ours.phi, theirs.phi)).toBeLessThan(1e-13);
        expect(largest(ours.losses, theirs.losses)).toBeLessThan(1e-12);
      }
  });

  it('identical tasks: φ is a heavy ball with momentum 1 − λ', async () => {
    const bowl = quadraticTaskSet({
      tasks: Array.from({ length: 3 }, () => ({ H: [1], c: [0] })),
      initial: [1],
      optimiser: sgd({ rate: 0.1 }),
    });
    const run = await prepareInitialisation('float64', bowl, shifting, { horizon: 10, reset: 'none' });
    const expected = [
      [0.99, -0.1],
      [0.9711, -0.189],
      [0.944379, -0.26721],
      [0.91088631, -0.3349269],
      [0.8716340259, -0.392522841],
    ];
    const points: number[] = [];
    for (let step = 1; step <= 20; step++) {
      await run.run(1);
      const [x, theta] = [(await run.read('initial'))[0]!, (await run.read('weights'))[0]!];
      points.push(x);
      const known = step === 10 ? [0.6210791125, -0.5456057657] : expected[step - 1];
      if (known === undefined) continue;
      expect(Math.abs(x - known[0]!)).toBeLessThan(1e-10);
      expect(Math.abs(theta - x - known[1]!)).toBeLessThan(1e-10);
    }
    run.destroy();
    // The recurrence of the eigenvalues 0.945 ± 0.0835i: trace 1.89, determinant 0.9.
    for (let k = 2; k < points.length; k++)
      expect(points[k]! - 1.89 * points[k - 1]! + 0.9 * points[k - 2]!).toBeCloseTo(0, 12);
  });

  it('without resets φ goes to the mean of the optima', async () => {
    const run = await prepareInitialisation('float64', golden.twoTasks(), shifting, {
      horizon: K,
      reset: 'none',
    });
    for (const [step, [x, y]] of Object.entries(golden.withoutReset)) {
      await run.run(Number(step) - run.stepsDone);
      const phi = await run.read('initial');
      expect(Math.abs(phi[0]! - x)).toBeLessThan(1e-10);
      expect(Math.abs(phi[1]! - y)).toBeLessThan(1e-10);
    }
    await run.run(500);
    expect(largest(await run.read('initial'), golden.meanOfOptima)).toBeLessThan(1e-12);
    run.destroy();
  });

  it('Reptile stays at its fixed point', async () => {
    const taskSet = { ...golden.twoTasks(), initial: golden.reptileFixedPoint };
    const { phi } = await after(K, taskSet, init.reptile({ rate: 1 }));
    expect(largest(phi, golden.reptileFixedPoint)).toBeLessThan(1e-10);
  });
});

const mu = 0.9;
const decay = 0.01;
const heads = [0.3, -0.4];
const threeWeights = [
  {
    H: [
      [1, 0.2, 0.3],
      [0.2, 2, 0],
      [0.3, 0, 1.5],
    ],
    c: [1, 0, 0.5],
  },
  {
    H: [
      [2, 0.5, 0],
      [0.5, 1, 0.1],
      [0, 0.1, 0.7],
    ],
    c: [-1, 2, -0.5],
  },
] as const;

/** Two quadratics with a body of two weights and a head of one. */
function withHeads(): TaskSet {
  return quadraticTaskSet({
    tasks: threeWeights,
    initial: golden.start,
    heads: () => heads,
    optimiser: momentum({ rate: golden.alpha, momentum: mu, weightDecay: decay }),
  });
}

/** The same with a running mean of the weights beside the velocity, in the place of a batch norm's statistics. */
function withRunningMean(): TaskSet {
  const taskSet = withHeads();
  return {
    ...taskSet,
    groups: taskSet.groups.map((group) => ({
      ...group,
      state: { ...group.state, running: state([2, 3], { class: 'optimiser state' }) },
      initialState: { running: [1, 1, 1, 2, 2, 2] },
      update: (carry, given, batch, step) => {
        const { w, state: next } = group.update(carry, given, batch, step);
        const running = add(multiply(0.9, carry.state.running!), multiply(0.1, carry.w));
        return { w, state: { ...next, running } };
      },
    })),
  };
}

describe('what is shifted and what is not', () => {
  it('momentum, decay and heads: as a plain program has it, over soft resets', async () => {
    let phi: number[] = [...golden.start];
    const theta = heads.map((head) => [...golden.start, head]);
    const velocity = heads.map(() => [0, 0, 0]);
    for (let step = 1; step <= 3 * K; step++) {
      for (const [t, w] of theta.entries()) {
        const { H, c } = threeWeights[t]!;
        const g = H.map((row, i) =>
          row.reduce<number>((sum, h, j) => sum + h * (w[j]! - c[j]!), decay * w[i]!),
        );
        velocity[t] = velocity[t]!.map((v, j) => mu * v + g[j]!);
        theta[t] = w.map((value, j) => value - golden.alpha * velocity[t]![j]!);
      }
      const delta = [0, 1].map((j) => beta * ((theta[0]![j]! + theta[1]![j]!) / 2 - phi[j]!));
      phi = phi.map((value, j) => value + delta[j]!);
      for (const w of theta) for (const j of [0, 1]) w[j]! += delta[j]!;
      if (step % K === 0 && step < 3 * K) for (const w of theta) for (const j of [0, 1]) w[j] = phi[j]!;
    }
    const found = await after(3 * K, withHeads(), shifting);
    expect(largest(found.phi, phi)).toBeLessThan(1e-13);
    expect(largest(found.theta, theta.flat())).toBeLessThan(1e-13);
  });

  it('heads, velocities and running statistics keep their bits; θ − φ is what it was before the meta-update', async () => {
    const one = async (method: InitialisationMethod) => {
      const run = await prepareInitialisation('float64', withRunningMean(), method, { horizon: K });
      await run.run(1);
      const found = {
        phi: await run.read('initial'),
        theta: await run.read('weights'),
        velocity: await run.readState('velocity'),
        running: await run.readState('running'),
      };
      run.destroy();
      return found;
    };
    const [still, shifted] = [await one(independent), await one(shifting)];
    expect(shifted.velocity).toEqual(still.velocity);
    expect(shifted.running).toEqual(still.running);
    for (const t of [0, 1]) {
      expect(shifted.theta[3 * t + 2]).toBe(still.theta[3 * t + 2]);
      for (const j of [0, 1]) {
        expect(shifted.theta[3 * t + j]).not.toBe(still.theta[3 * t + j]);
        const [before, now] = [still, shifted].map(({ theta, phi }) => theta[3 * t + j]! - phi[j]!);
        expect(Math.abs(before! - now!)).toBeLessThan(1e-14);
      }
    }
  });
});

describe('a meta-update that would leave the finite numbers', () => {
  it('is not made, and shifts no task', async () => {
    // θ goes from 100 to 0, and 100 times β is beyond float32.
    const steep = quadraticTaskSet({
      tasks: [{ H: [10], c: [0] }],
      initial: [100],
      optimiser: sgd({ rate: 0.1 }),
    });
    const far = continualTrajectoryShifting({ rate: 3e38 });
    const run = await prepareInitialisation('float64', steep, far, { horizon: K });
    expect(await run.run(1)).toMatchObject({ divergedAt: 1, diverged: 'initialisation' });
    expect(await run.read('weights')).toEqual((await after(1, steep, independent)).theta);
    expect(await run.read('initial')).toEqual(Float64Array.of(100));
    run.destroy();
  });
});

describe('the work that is counted', () => {
  it('is a gradient a task and step: φ takes none of its own, in one group or several', async () => {
    for (const groups of [[2], [1, 1]])
      for (const method of [independent, shifting, fomamlShifting({ rate: beta })]) {
        const run = await prepareInitialisation('float64', golden.twoTasks(groups), method, { horizon: K });
        expect((await run.run(4)).counts, method.title).toEqual({ gradients: 8, vjps: 0, jvps: 0, hvps: 0 });
        run.destroy();
      }
  });
});

describe('a network with batch norm and heads', () => {
  it('has its bodies shifted, and nothing else, bit for bit', async () => {
    const pictures = smallPictures(2);
    const one = async (method: InitialisationMethod) => {
      const run = await prepareInitialisation('float64', pictures, method, { horizon: 2 });
      await run.run(2);
      const found = await Promise.all(
        pictures.groups.map(async (_, k) => ({
          theta: await run.read('weights', k),
          velocity: await run.readState('velocity', k),
          statistics: await run.readState('statistics', k),
        })),
      );
      run.destroy();
      return found;
    };
    // With a meta-update after the second step alone, nothing but the shift is different.
    const still = await one(independent);
    const run = await prepareInitialisation('float64', pictures, shifting, {
      horizon: 2,
      aggregatePeriod: 2,
    });
    await run.run(2);
    const delta = (await run.read('initial')).map((value, j) => value - pictures.initial[j]!);
    expect(largest(delta, new Float64Array(delta.length))).toBeGreaterThan(1e-4);
    for (const [k, { tasks, weightLength }] of pictures.groups.entries()) {
      expect(await run.readState('velocity', k)).toEqual(still[k]!.velocity);
      expect(await run.readState('statistics', k)).toEqual(still[k]!.statistics);
      const theta = await run.read('weights', k);
      for (let task = 0; task < tasks; task++)
        for (let j = 0; j < weightLength; j++) {
          const before = still[k]!.theta[task * weightLength + j]!;
          const now = theta[task * weightLength + j]!;
          if (j < pictures.bodyLength) expect(Math.abs(now - before - delta[j]!)).toBeLessThan(1e-15);
          else expect(now).toBe(before);
        }
    }
    run.destroy();
  });
});

describe('exact shifting', () => {
  it('keeps every θ^t on the trajectory from the present φ, with heads and momentum too', async () => {
    for (const taskSet of [golden.twoTasks(), golden.twoTasks([1, 1]), withHeads()]) {
      const run = await prepareInitialisation('float64', taskSet, exactShift({ rate: beta }), { horizon: K });
      for (const steps of [1, 3, 6]) {
        await run.run(steps);
        const from = { ...taskSet, initial: await run.read('initial') };
        const { theta } = await after(run.stepsDone, from, independent);
        expect(largest(await run.read('weights'), theta)).toBeLessThan(1e-12);
      }
      run.destroy();
    }
  });
});

describe('exact shifting over steps that differ', () => {
  it('repeats the steps of this trajectory, not those of the first', async () => {
    // Step n, counted from 0 over all trajectories, goes 1 + n/10 of the way.
    const lengthOf = (n: number) => 1 + n / 10;
    const plain = golden.twoTasks();
    const taskSet: TaskSet = {
      ...plain,
      groups: plain.groups.map((group) => ({
        ...group,
        update: (carry, given, batch, step) => {
          const next = group.update(carry, given, batch, step);
          const length = add(1, multiply(0.1, cast(step, 'f32')));
          return { ...next, w: add(carry.w, multiply(length, subtract(next.w, carry.w))) };
        },
      })),
    };
    const T = 4;
    const walked = (from: readonly number[], first: number, end: number) =>
      golden.quadratics.map(({ H, c }) => {
        let w = [...from];
        for (let n = first; n < end; n++)
          w = w.map(
            (value, i) =>
              value -
              golden.alpha * lengthOf(n) * H[i]!.reduce<number>((sum, h, j) => sum + h * (w[j]! - c[j]!), 0),
          );
        return w;
      });
    let phi: number[] = [...golden.start];
    let theta = golden.quadratics.map(() => phi);
    for (let n = 0; n < 2 * T + 3; n++) {
      const first = n - (n % T);
      const ends = walked(phi, first, n + 1);
      phi = phi.map((value, j) => value + beta * ((ends[0]![j]! + ends[1]![j]!) / 2 - value));
      theta = walked(phi, first, n + 1);
    }
    const found = await after(2 * T + 3, taskSet, exactShift({ rate: beta }), { horizon: T });
    expect(largest(found.phi, phi)).toBeLessThan(1e-13);
    expect(largest(found.theta, theta.flat())).toBeLessThan(1e-13);
  });
});

describe('FOMAML with shifting', () => {
  it('moves φ and every task down the mean of the gradients that the step takes', async () => {
    const gradients = golden.quadratics.map(({ H, c }) =>
      H.map((row) => row.reduce<number>((sum, h, j) => sum + h * (golden.start[j]! - c[j]!), 0)),
    );
    const delta = [0, 1].map((j) => (-beta * (gradients[0]![j]! + gradients[1]![j]!)) / 2);
    for (const groups of [[2], [1, 1]]) {
      const { phi, theta } = await after(1, golden.twoTasks(groups), fomamlShifting({ rate: beta }));
      for (const j of [0, 1]) {
        expect(phi[j]).toBeCloseTo(golden.start[j]! + delta[j]!, 14);
        expect(theta[j]).toBeCloseTo(golden.start[j]! - golden.alpha * gradients[0]![j]! + delta[j]!, 14);
      }
    }
    const between = await after(4, golden.twoTasks(), fomamlShifting({ rate: beta }), { aggregatePeriod: 5 });
    expect(between.phi).toEqual(Float64Array.from(golden.start));
  });

  it('each meta-update has the gradients of its own step: as a plain program has it, over soft resets', async () => {
    for (const aggregatePeriod of [1, 2]) {
      let phi: number[] = [...golden.start];
      const theta = golden.quadratics.map(() => [...golden.start] as number[]);
      const losses: number[] = [];
      for (let step = 1; step <= 2 * K + 4; step++) {
        const i = ((step - 1) % K) + 1;
        const gradients = golden.quadratics.map(({ H, c }, t) =>
          H.map((row) => row.reduce<number>((sum, h, j) => sum + h * (theta[t]![j]! - c[j]!), 0)),
        );
        const doubled = golden.quadratics.map(({ c }, t) =>
          [0, 1].reduce((sum, j) => sum + (theta[t]![j]! - c[j]!) * gradients[t]![j]!, 0),
        );
        losses.push((doubled[0]! + doubled[1]!) / 4);
        const isUpdate = i % aggregatePeriod === 0;
        const delta = [0, 1].map((j) =>
          isUpdate ? (-beta * (gradients[0]![j]! + gradients[1]![j]!)) / 2 : 0,
        );
        phi = phi.map((value, j) => value + delta[j]!);
        for (const [t, w] of theta.entries())
          for (const j of [0, 1]) w[j] = w[j]! - golden.alpha * gradients[t]![j]! + delta[j]!;
        if (i === K) for (const w of theta) for (const j of [0, 1]) w[j] = phi[j]!;
      }
      const found = await after(2 * K + 4, golden.twoTasks(), fomamlShifting({ rate: beta }), {
        aggregatePeriod,
      });
      expect(largest(found.phi, phi), `period ${aggregatePeriod}`).toBeLessThan(1e-13);
      expect(largest(found.theta, theta.flat()), `period ${aggregatePeriod}`).toBeLessThan(1e-13);
      expect(largest(found.losses, losses), `losses, period ${aggregatePeriod}`).toBeLessThan(1e-12);
    }
  });
});
