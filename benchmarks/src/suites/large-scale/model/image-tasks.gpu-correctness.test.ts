/** @file Trajectory shifting on pictures of different sizes: the device against the reference, what a shift leaves alone, and bytes. */
import { independent, predictInitialisation, prepareInitialisation } from '@longhorizon/bilevel';
import { type Device, openDevice } from '@longhorizon/tensor';
import { totalBytes } from '@longhorizon/tensor/compiler';
import { continualTrajectoryShifting } from '@longhorizon/trajectory-shifting';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MetaTest } from '../../../measurements/initialisation/meta-test.ts';
import { type ImageTasksOptions, imageTasks, metaTestTasks } from './image-tasks.ts';
import type { Sources } from './sources.ts';

let device: Device;
beforeAll(async () => {
  device = await openDevice({ timestampQuantization: false });
}, 60_000);
afterAll(() => device.close());

const sources: Sources = {
  train: [
    { name: 'gratings', dataset: 'gratings', classes: 3 },
    { name: 'blobs', dataset: 'blobs', classes: 2 },
  ],
  test: { name: 'strokes', dataset: 'strokes', classes: 2 },
};
const options: ImageTasksOptions = {
  sources,
  network: { kind: 'convolutional', filters: [3] },
  seed: 1,
  perClass: 8,
  reduction: 4,
  batch: 4,
};
const set = imageTasks(options);
const shifting = continualTrajectoryShifting({ rate: 0.3 });
const states = ['velocity', 'statistics'];

it('follows the reference through a trajectory and a reset', async () => {
  const [onDevice, reference] = await Promise.all(
    [device, 'float64' as const].map((backend) =>
      prepareInitialisation(backend, set, shifting, { horizon: 4 }),
    ),
  );
  const [found, expected] = await Promise.all([onDevice!.run(6), reference!.run(6)]);
  for (const [i, loss] of expected.losses.entries())
    expect(Math.abs(found.losses[i]! - loss)).toBeLessThan(1e-4 * loss);
  const [phi, exact] = [await onDevice!.read('initial'), await reference!.read('initial')];
  for (const [k, value] of exact.entries()) expect(Math.abs(phi[k]! - value)).toBeLessThan(2e-5);
  onDevice!.destroy();
  reference!.destroy();
});

it('shifts bodies alone: heads, velocities and running statistics keep their bits', async () => {
  const [shifted, alone] = await Promise.all(
    [shifting, independent].map((method) => prepareInitialisation(device, set, method, { horizon: 4 })),
  );
  const before = await shifted!.read('initial');
  await Promise.all([shifted!.run(1), alone!.run(1)]);
  const moved = (await shifted!.read('initial')).map((value, k) => value - before[k]!);
  expect(moved.some((value) => value !== 0)).toBe(true);
  for (const [k, group] of set.groups.entries()) {
    const [with_, without] = [await shifted!.read('weights', k), await alone!.read('weights', k)];
    expect(with_.subarray(set.bodyLength)).toEqual(without.subarray(set.bodyLength));
    for (let i = 0; i < set.bodyLength; i++) expect(with_[i]! - without[i]!).toBeCloseTo(moved[i]!, 6);
    for (const name of states)
      expect(await shifted!.readState(name, k), `${name} of ${group.name}`).toEqual(
        await alone!.readState(name, k),
      );
  }
  shifted!.destroy();
  alone!.destroy();
});

it('holds tasks × (weights + state) + φ, as predicted', async () => {
  const mark = device.ledger.watch({ except: ['staging'] });
  const before = mark.byClass();
  const predicted = predictInitialisation(device, set, shifting, { horizon: 4 });
  const run = await prepareInitialisation(device, set, shifting, { horizon: 4 });
  await run.run(8);
  const peak = mark.byClass();
  for (const [name, bytes] of Object.entries(predicted))
    expect(peak[name as keyof typeof peak] - before[name as keyof typeof before], name).toBe(bytes);
  const weights = set.groups.reduce((sum, { tasks, weightLength }) => sum + tasks * weightLength, 0);
  const statistics = set.groups.reduce(
    (sum, { state }) => sum + state.statistics!.shape.reduce((a, b) => a * b, 1),
    0,
  );
  // Slots are packed at multiples of 256 bytes.
  const [w, state] = [4 * (weights + set.bodyLength), 4 * (weights + statistics)];
  expect(predicted.weights).toBeGreaterThanOrEqual(w);
  expect(predicted['optimiser state']).toBeGreaterThanOrEqual(state);
  expect((predicted.weights ?? 0) + (predicted['optimiser state'] ?? 0)).toBeLessThanOrEqual(w + state);
  expect(totalBytes(predicted)).toBeGreaterThan(w + state);
  run.destroy();
  mark.stop();
});

it('judges the same φ the same, whatever was judged before', async () => {
  const test = await MetaTest.make(device, metaTestTasks(options, { steps: 3, repeats: 2 }), 3);
  const other = Float32Array.from(set.initial, (value) => value + 0.5);
  const first = await test.judge(set.initial);
  const between = await test.judge(other);
  expect(await test.judge(set.initial)).toEqual(first);
  expect(between).not.toEqual(first);
  expect(first.accuracy).toHaveLength(2);
  test.destroy();
});
