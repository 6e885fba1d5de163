import {
  independent,
  init,
  type PrepareInitialisationOptions,
  prepareInitialisation,
} from '@longhorizon/bilevel';
import { describe, expect, it } from 'vitest';
import { continualTrajectoryShifting } from './continual-trajectory-shifting.ts';
import { exactShift } from './exact-shift.ts';
import * as golden from './testing/closed-loop.ts';

const { beta, K } = golden;
const shifting = continualTrajectoryShifting({ rate: beta });

function expectPoint(point: golden.Point, phi: ArrayLike<number>, theta: ArrayLike<number>) {
  const expected = [...point.phi, ...point.theta1, ...(point.theta2 ?? [])];
  const found = [...Array.from(phi), ...Array.from(theta)].slice(0, expected.length);
  for (const [j, value] of expected.entries())
    expect(Math.abs(found[j]! - value), `step ${point.step}, number ${j}`).toBeLessThan(
      1e-9 * Math.abs(value) + 5e-10,
    );
}

async function follow(
  points: readonly golden.Point[],
  method = shifting,
  options: Partial<PrepareInitialisationOptions> = {},
  groups?: readonly number[],
) {
  const run = await prepareInitialisation('float64', golden.twoTasks(groups), method, {
    horizon: K,
    ...options,
  });
  for (const point of points) {
    await run.run(point.step - run.stepsDone);
    const thetas = await Promise.all(run.layout.groups.map((_, k) => run.read('weights', k)));
    expectPoint(
      point,
      await run.read('initial'),
      thetas.flatMap((theta) => [...theta]),
    );
  }
  run.destroy();
}

describe('the closed loop on two quadratics, in float64', () => {
  it('is the one worked out by hand, step by step', () => follow(golden.cts));
  it('is the same with each task in a group of its own', () => follow(golden.cts, shifting, {}, [1, 1]));
  it('with a meta-update after every fifth step', () =>
    follow(golden.everyFifth, shifting, { aggregatePeriod: 5 }));

  it('with the exact shift, to which the plain one is near', async () => {
    await follow(golden.exact, exactShift({ rate: beta }));
    const run = await prepareInitialisation('float64', golden.twoTasks(), shifting, { horizon: K });
    await run.trajectory();
    const theta = await run.read('weights');
    const again = await prepareInitialisation(
      'float64',
      { ...golden.twoTasks(), initial: await run.read('initial') },
      independent,
      { horizon: K },
    );
    await again.trajectory();
    const exact = await again.read('weights');
    const expected = golden.awayFromExact.flat();
    for (const [j, value] of expected.entries()) expect(theta[j]! - exact[j]!).toBeCloseTo(value, 8);
    for (const one of [run, again]) one.destroy();
  });

  it('Reptile: φ after each trajectory', async () => {
    const run = await prepareInitialisation('float64', golden.twoTasks(), init.reptile({ rate: beta }), {
      horizon: K,
    });
    for (const expected of golden.reptileAfter) {
      await run.trajectory();
      const phi = await run.read('initial');
      for (const j of [0, 1]) expect(phi[j]).toBeCloseTo(expected[j]!, 8);
    }
    run.destroy();
  });
});
