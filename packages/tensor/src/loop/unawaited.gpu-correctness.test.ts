/** What is asked of a device while a run that nobody awaited is under way happens after that run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Device, DeviceUsageError, openDevice } from '../device/index.ts';
import { add, multiply, sum } from '../ops/index.ts';
import { input } from '../ops/leaf/input.ts';
import { DeviceArray } from '../runtime/device-array.ts';
import { Plan } from '../runtime/plan.ts';
import { Loop } from './loop.ts';
import { ReverseLoop } from './reverse.ts';
import { state } from './state.ts';

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(async () => {
  expect((await device.close()).leaks).toEqual([]);
});

/** w ← w + 0.5, long enough to be submitted in many parts. */
const counter = (on = device) =>
  Loop.make(on, { carry: { w: state([4]) }, step: ({ w }) => ({ w: add(w, 0.5) }) });
const steps = 1000;
const filled = (value: number) => new Float32Array(4).fill(value);

describe('while a run is under way', () => {
  it('a read gives the state after it, and the next run begins where it ended', async () => {
    const loop = await counter();
    void loop.run(steps);
    expect(await loop.carry.w.read()).toEqual(filled(500));
    const again = [loop.run(steps), loop.run(steps)];
    expect(await loop.carry.w.read()).toEqual(filled(1500));
    await Promise.all(again);
    loop.destroy();
  });

  it('a write happens after it, with the values of the moment', async () => {
    const loop = await counter();
    void loop.run(steps);
    const values = [1, 2, 3, 4];
    loop.carry.w.write(values);
    values.fill(0);
    expect(await loop.carry.w.read()).toEqual(Float32Array.of(1, 2, 3, 4));
    const given = filled(7);
    void loop.run(steps);
    loop.carry.w.write(given);
    given.fill(0);
    expect(await loop.carry.w.read()).toEqual(filled(7));
    loop.destroy();
  });

  it('a plan runs after it', async () => {
    const loop = await counter();
    const x = input([4]);
    const plan = await Plan.make(device, { outputs: [multiply(x, 2)], arrays: new Map([[x, loop.carry.w]]) });
    void loop.run(steps);
    plan.run();
    void loop.run(steps);
    expect(await plan.outputs[0]!.read()).toEqual(filled(1000));
    plan.destroy();
    loop.destroy();
  });

  it('destroying waits for it, and its result counts', async () => {
    const loop = await counter();
    const copy = new DeviceArray(device, [4]);
    const other = await Loop.make(device, {
      carry: { v: state([4]) },
      given: { w: loop.carry.w, copy },
      step: ({ v }, { w, copy: zero }) => ({ v: add(multiply(v, 0), add(w, zero)) }),
    });
    const first = loop.run(steps);
    const second = other.run(1);
    loop.destroy();
    copy.destroy();
    await Promise.all([first, second]);
    expect(await other.carry.v.read()).toEqual(filled(500));
    await expect(other.run(1)).rejects.toThrow(DeviceUsageError);
    other.destroy();
  });

  it('the gradient of a loop waits for it, and a read waits for the gradient', async () => {
    const loop = await counter();
    const scale = DeviceArray.from(device, [2]);
    const reverse = await ReverseLoop.make(device, {
      carry: { w: state([4]) },
      given: { w: loop.carry.w, scale },
      step: ({ w }, { scale: by }) => ({ w: add(w, by) }),
      loss: ({ w }, { w: start }) => sum(add(w, start)),
      parameters: [scale],
      maxSteps: 200,
    });
    void loop.run(steps);
    void reverse.gradient(200);
    expect(await reverse.gradients[0]!.read()).toEqual(Float32Array.of(800));
    expect(await reverse.loss.read()).toEqual(Float32Array.of(4 * 400 + 4 * 500));
    for (const one of [reverse, loop, scale]) one.destroy();
  });

  it('idle() waits for all of it, and for what was asked for before', async () => {
    const loop = await counter();
    const ended: string[] = [];
    void loop.run(steps).then(() => ended.push('first'));
    void loop.run(steps).then(() => ended.push('second'));
    await device.idle();
    expect(ended).toEqual(['first', 'second']);
    loop.destroy();
  });

  it('closing waits for it', async () => {
    const own = await openDevice();
    const loop = await counter(own);
    const run = loop.run(steps);
    const read = loop.carry.w.read();
    loop.destroy();
    expect((await own.close()).leaks).toEqual([]);
    expect((await run).runs).toBe(steps);
    expect(await read).toEqual(filled(500));
  });

  it('closing waits for it where nobody reads, too', async () => {
    const own = await openDevice();
    const loop = await counter(own);
    const run = loop.run(steps);
    loop.destroy();
    expect((await own.close()).leaks).toEqual([]);
    expect((await run).runs).toBe(steps);
  });

  it('a hook that writes is told to return a plan', async () => {
    const loop = await counter();
    const after = () => {
      loop.carry.w.write(filled(0));
      return undefined;
    };
    await expect(loop.run(3, { after })).rejects.toThrow('Let the hook return a plan that does it');
    await loop.run(1);
    loop.destroy();
  });
});
