/** @file Stretches of actions inside one dispatch, beside the same actions replayed: the same bits, the same bytes, any number of steps. */
import { expect, it } from 'vitest';
import { adapterProfiles } from '../../adapters/index.ts';
import { totalBytes } from '../../compiler.ts';
import type { Device } from '../../device/device.ts';
import {
  add,
  array,
  cast,
  conv2d,
  DeviceArray,
  gather,
  grad,
  Loop,
  matmul,
  mean,
  multiply,
  ReverseLoop,
  relu,
  reshape,
  slice,
  square,
  state,
  subtract,
  sum,
  type Tensor,
} from '../../index.ts';
import { useDevice } from '../../testing/device.ts';
import { compileTime, saving } from './cost.ts';

const devices = {
  never: useDevice({ resident: 'never' }),
  always: useDevice({ resident: 'always' }),
  auto: useDevice({ resident: 'auto' }),
};

const wave = (count: number, frequency: number) =>
  Float32Array.from({ length: count }, (_, k) => 0.5 * Math.sin(frequency * k + 0.2));

const points = 6;
const hidden = 8;
const d = 3 * hidden;

/** Gradient descent on a small network, on two of its points, with a learning rate that depends on the step. */
function step({ w }: { w: Tensor }, { x, y, order }: Record<'x' | 'y' | 'order', Tensor>, t: Tensor) {
  const batch = reshape(gather(order, reshape(t, [1])), [2]);
  const loss = (v: Tensor) => {
    const first = reshape(slice(v, [0], [hidden]), [1, hidden]);
    const bias = slice(v, [hidden], [2 * hidden]);
    const last = reshape(slice(v, [2 * hidden], [d]), [hidden, 1]);
    const out = matmul(relu(add(matmul(gather(x, batch), first), bias)), last);
    return mean(square(subtract(reshape(out, [2]), gather(y, batch))));
  };
  const rate = multiply(0.1, add(1, multiply(0.5, cast(t, 'f32'))));
  return { w: subtract(w, multiply(rate, grad(loss)(w))) };
}

const horizon = 12;

async function onBoth<T>(work: (device: Device) => Promise<T>): Promise<readonly [T, T]> {
  return [await work(devices.never()), await work(devices.always())];
}

function givenOn(device: Device) {
  const order = Uint32Array.from({ length: 2 * horizon }, (_, k) => (5 * k + 1) % points);
  return {
    x: DeviceArray.from(device, wave(points, 0.7), [points, 1]),
    y: DeviceArray.from(device, wave(points, 1.9), [points]),
    order: DeviceArray.from(device, order, [horizon, 2], { dtype: 'u32' }),
  };
}

it('training steps with products, sums and gathers give the same bits', async () => {
  const [replayed, resident] = await onBoth(async (device) => {
    const given = givenOn(device);
    const loop = await Loop.make(device, { carry: { w: state([d]) }, given, step });
    loop.carry.w.write(wave(d, 0.9));
    const statistics = await loop.run(horizon);
    const w = [...(await loop.carry.w.read())];
    for (const one of [loop, ...Object.values(given)]) one.destroy();
    return { statistics, w };
  });
  expect(resident.w).toEqual(replayed.w);
  expect(replayed.statistics).toMatchObject({ runs: horizon, residentRuns: 0 });
  expect(replayed.statistics.dispatches).toBeGreaterThanOrEqual(horizon);
  expect(resident.statistics).toMatchObject({ runs: horizon, residentRuns: horizon, dispatches: 1 });
});

it('so does the reverse sweep under every memory policy, in the bytes that were predicted', async () => {
  for (const policy of ['everything', 'states', { memory: '38 KiB' }] as const) {
    const [replayed, resident] = await onBoth(async (device) => {
      const given = givenOn(device);
      const before = device.ledger.live - device.ledger.liveByClass().staging;
      const reverse = await ReverseLoop.make(device, {
        carry: { w: state([d]) },
        given,
        step,
        loss: ({ w }, { y }) => sum(square(add(w, mean(y)))),
        parameters: [given.y],
        maxSteps: horizon,
        policy,
      });
      reverse.carry.w.write(wave(d, 0.9));
      const { residentRuns } = await reverse.gradient(horizon);
      const live = device.ledger.live - device.ledger.liveByClass().staging - before;
      expect(live).toBe(totalBytes(reverse.predicted));
      const arrays = [...reverse.gradients, ...reverse.carryGradients, reverse.carry.w, reverse.loss];
      const numbers = await Promise.all(arrays.map(async (one) => [...(await one.read())]));
      for (const one of [reverse, ...Object.values(given)]) one.destroy();
      return { residentRuns, numbers };
    });
    expect(resident.numbers).toEqual(replayed.numbers);
    expect(replayed.residentRuns).toBe(0);
    // The loss, and the step whose state goes elsewhere, run once each and are replayed.
    expect(resident.residentRuns).toBeGreaterThanOrEqual(2 * (horizon - 1));
  }
});

it('a convolution does, and more steps than a table has rows', async () => {
  const [replayed, resident] = await onBoth(async (device) => {
    const loop = await Loop.make(device, {
      carry: { image: state([1, 1, 4, 4, 1]), count: state([], { dtype: 'u32' }) },
      step: ({ image, count }) => ({
        image: multiply(0.3, conv2d(image, array(wave(9, 1.3), [1, 3, 3, 1, 1]), { padding: 'same' })),
        count: add(count, 1),
      }),
    });
    loop.carry.image.write(wave(16, 0.8));
    await loop.run(2500);
    const numbers = [...(await loop.carry.image.read()), ...(await loop.carry.count.read())];
    const { dispatches } = await loop.run(2500);
    const again = [...(await loop.carry.count.read())];
    loop.destroy();
    return { numbers, again, dispatches };
  });
  expect(resident.numbers).toEqual(replayed.numbers);
  expect(resident.numbers.at(-1)).toBe(2500);
  expect(resident.again).toEqual([5000]);
  expect(resident.dispatches).toBeLessThan(20);
});

it('steps that do not fit one dispatch are refused with their bytes where that is asked for', async () => {
  const many = Array.from({ length: 20 }, (_, k) => `x${k}`);
  const [replayed, resident] = await onBoth(async (device) => {
    const given = Object.fromEntries(
      many.map((name, k) => [name, DeviceArray.from(device, wave(256, k), [256])]),
    );
    const loop = await Loop.make(device, {
      carry: { w: state([256]) },
      given,
      step: ({ w }, all: Record<string, Tensor>) => ({
        w: many.reduce((total, name) => add(multiply(0.9, total), all[name]!), w),
      }),
    });
    const found = await loop.run(3).then(
      ({ runs }) => runs,
      (error: Error) => error.message,
    );
    for (const one of [loop, ...Object.values(given)]) one.destroy();
    return found;
  });
  expect(replayed).toBe(3);
  expect(resident).toMatch(
    /^The steps work on 22528 bytes in 22 buffers, and in one dispatch '.*' binds \d+ beside the table of actions\. Leave 'resident' at 'auto', and what does not fit is replayed\.$/,
  );
});

it('on its own it happens where it was measured, for small kernels, when it saves more than compiling takes', async () => {
  const device = devices.never();
  const make = (size: number) =>
    Loop.make(device, { carry: { w: state([size]) }, step: ({ w }) => ({ w: add(w, 1) }) });
  const small = await make(64);
  const large = await make(2 ** 20);
  const { llvmpipe, gpu } = adapterProfiles;
  const kinds = [small, large].map(({ plan }) => ({ kind: 'run', plan, rows: [] }) as const);
  expect(saving(kinds[0]!, llvmpipe)).toBeGreaterThan(0);
  expect(saving(kinds[1]!, llvmpipe)).toBeUndefined();
  expect(saving(kinds[0]!, gpu)).toBeUndefined();
  const steps = compileTime([kinds[0]!], llvmpipe) / saving(kinds[0]!, llvmpipe)!;
  expect(steps).toBeGreaterThan(1000);
  expect(compileTime([kinds[0]!], gpu)).toBe(Number.POSITIVE_INFINITY);
  small.destroy();
  large.destroy();
});

it("'auto' replays what a module would not pay for, and makes one when enough of it has been replayed", async () => {
  const device = devices.auto();
  const { gain } = device.profile.resident;
  if (gain === undefined) return;
  const loop = await Loop.make(device, { carry: { w: state([64]) }, step: ({ w }) => ({ w: add(w, 1) }) });
  const few = await loop.run(1000);
  const pays = Math.ceil(gain.compileKernel / gain.dispatch);
  const many = await loop.run(pays + 4096);
  expect(few).toMatchObject({ runs: 1000, residentRuns: 0, dispatches: 1000 });
  expect(many.runs).toBe(pays + 4096);
  expect(many.residentRuns).toBeGreaterThan(0);
  expect(many.dispatches).toBeLessThan(pays + 4096);
  // From here on it is there.
  const later = await loop.run(1000);
  expect(later.residentRuns).toBe(1000);
  expect((await loop.carry.w.read())[5]).toBe(pays + 4096 + 2000);
  loop.destroy();
});
