import { expect, it } from 'vitest';
import { ResidentLoop, totalBytes } from '../compiler.ts';
import {
  add,
  array,
  cast,
  conv2d,
  DeviceArray,
  grad,
  Loop,
  matmul,
  mean,
  multiply,
  relu,
  reshape,
  slice,
  square,
  state,
  subtract,
  type Tensor,
  vmap,
} from '../index.ts';
import { useDevice } from '../testing/device.ts';

const device = useDevice();

const wave = (count: number, frequency: number) =>
  Float32Array.from({ length: count }, (_, k) => 0.5 * Math.sin(frequency * k + 0.2));

const tasks = 3;
const points = 6;
const hidden = 8;
const d = 3 * hidden;

/** Gradient descent on a small network, with a learning rate that depends on the step. */
function step({ w }: { w: Tensor }, { x, y }: { x: Tensor; y: Tensor }, t: Tensor) {
  const loss = (v: Tensor) => {
    const first = reshape(slice(v, [0], [hidden]), [1, hidden]);
    const bias = slice(v, [hidden], [2 * hidden]);
    const last = reshape(slice(v, [2 * hidden], [d]), [hidden, 1]);
    const out = matmul(relu(add(matmul(x, first), bias)), last);
    return mean(square(subtract(reshape(out, [points]), y)));
  };
  const rate = multiply(0.1, add(1, multiply(0.5, cast(t, 'f32'))));
  return { w: subtract(w, multiply(rate, grad(loss)(w))) };
}

it('runs many steps in one dispatch, and agrees with the replayed loop of all tasks', async () => {
  const x = DeviceArray.from(device(), wave(tasks * points, 0.7), [tasks, points, 1]);
  const y = DeviceArray.from(device(), wave(tasks * points, 1.9), [tasks, points]);
  const before = device().ledger.live - device().ledger.liveByClass().staging;
  const resident = await ResidentLoop.make(device(), {
    carry: { w: state([d]) },
    given: { x, y },
    perTask: [x, y],
    tasks,
    step,
  });
  expect(device().ledger.live - device().ledger.liveByClass().staging - before).toBe(
    totalBytes(resident.predicted),
  );
  const loop = await Loop.make(device(), {
    carry: { w: state([tasks, d]) },
    given: { x, y },
    step: ({ w }, given, t) =>
      vmap((v: Tensor, a: Tensor, b: Tensor) => step({ w: v }, { x: a, y: b }, t))(w, given.x, given.y),
  });
  resident.carry.w.write(wave(tasks * d, 0.9));
  loop.carry.w.write(wave(tasks * d, 0.9));
  await resident.run(8);
  await loop.run(8);
  const [a, b] = await Promise.all([resident.carry.w.read(), loop.carry.w.read()]);
  a.forEach((value, k) => {
    expect(Math.abs(value - b[k]!)).toBeLessThan(2e-6);
  });

  // In chunks it continues where it was, to the bit.
  resident.carry.w.write(wave(tasks * d, 0.9));
  await resident.run(8, { chunk: 3 });
  expect([...(await resident.carry.w.read())]).toEqual([...a]);
  for (const one of [resident, loop, x, y]) one.destroy();
});

it('refuses a step that has no resident form', async () => {
  await expect(
    ResidentLoop.make(device(), {
      carry: { w: state([1, 4, 4, 1]) },
      given: {},
      perTask: [],
      tasks: 1,
      step: ({ w }) => ({ w: conv2d(w, array([1], [1, 1, 1, 1])) }),
    }),
  ).rejects.toThrow(/the step contains conv2d, which has no resident form; use an ordinary Loop/);
});
