/** @file The whole library on one page: graph, derivatives, plans, loops, memory. Read it first. */
import {
  add,
  type Device,
  DeviceArray,
  evaluate,
  evaluateOnDevice,
  foldIn,
  grad,
  hvp,
  input,
  jvp,
  Loop,
  matmul,
  multiply,
  openDevice,
  printGraph,
  ReverseLoop,
  randomKey,
  relu,
  square,
  state,
  subtract,
  sum,
  type Tensor,
  tanh,
  uniform,
  vmap,
} from '@longhorizon/tensor';
import { makeProgram, targetOf, totalBytes } from '@longhorizon/tensor/compiler';
import { afterAll, beforeAll, expect, it } from 'vitest';

let device: Device;
beforeAll(async () => {
  device = await openDevice();
}, 60_000);
afterAll(async () => {
  const { leaks } = await device.close();
  expect(leaks).toEqual([]);
});

it('writes equal expressions once', () => {
  const x = input([3], { name: 'x' });
  expect(tanh(multiply(x, 2))).toBe(tanh(multiply(x, 2)));
  expect(printGraph([add(tanh(x), tanh(x))]).split('\n')).toHaveLength(4);
});

it('computes on the device what float64 computes on the host', async () => {
  const x = input([2, 3]);
  const w = input([3, 2]);
  const y = relu(matmul(x, w));
  const values = new Map([
    [x, [1, 2, 3, 4, 5, 6]],
    [w, [1, -1, 0.5, 2, -1, 0]],
  ]);
  const reference = evaluate(
    [y],
    new Map(
      [...values].map(([t, data]) => [t, { shape: t.shape, dtype: t.dtype, data: Float64Array.from(data) }]),
    ),
  );
  const [onDevice] = await evaluateOnDevice(device, [y], values);
  expect([...onDevice!]).toEqual([...reference[0]!.data]);
});

it('differentiates to any order, forward and reverse, alone and in batches', async () => {
  const cube = (x: Tensor) => multiply(multiply(x, x), x);
  const x = input([]);
  const third = grad(grad(grad(cube)))(x);
  const [pushed] = jvp([cube(x)], [x], [x]);
  const curvature = hvp((v: Tensor) => sum(cube(v)), x, x);
  const [a, b, c] = await evaluateOnDevice(device, [third, pushed!, curvature], new Map([[x, [2]]]));
  expect([a![0], b![0], c![0]]).toEqual([6, 24, 24]);

  const xs = input([4]);
  const [slopes] = await evaluateOnDevice(device, [vmap(grad(cube))(xs)], new Map([[xs, [1, 2, 3, 4]]]));
  expect([...slopes!]).toEqual([3, 12, 27, 48]);
});

it('draws the same random numbers everywhere', async () => {
  const drawn = uniform(foldIn(randomKey(1), 7), [5]);
  const [onDevice] = await evaluateOnDevice(device, [drawn]);
  expect([...onDevice!]).toEqual([...evaluate([drawn], new Map())[0]!.data]);
});

it('fuses a training step into few dispatches', () => {
  const x = input([32, 16]);
  const w = input([16, 4]);
  const next = subtract(w, multiply(0.1, grad((v: Tensor) => sum(square(relu(matmul(x, v)))))(w)));
  const program = makeProgram({ outputs: [], updates: new Map([[w, next]]) }, targetOf(device));
  // One product with its activation and derivative, one product for the gradient with the update in its epilogue.
  expect(program.kernels.length).toBe(2);
});

it('trains, replayed step by step without an allocation, and differentiates through all steps', async () => {
  // Least squares by gradient descent; the learning rate is a hyperparameter on the device.
  const target = DeviceArray.from(device, [1, -2, 3, 0.5]);
  const rate = DeviceArray.from(device, [0.1], []);
  const given = { target, rate };
  type Given = { target: Tensor; rate: Tensor };
  const step = ({ w }: { w: Tensor }, { target: goal, rate: eta }: Given) => ({
    w: subtract(w, multiply(eta, grad((v: Tensor) => multiply(0.5, sum(square(subtract(v, goal)))))(w))),
  });
  const loop = await Loop.make(device, { carry: { w: state([4]) }, given, step });
  await loop.run(100);
  const w = await loop.carry.w.read();
  [1, -2, 3, 0.5].forEach((goal, k) => {
    expect(w[k]).toBeCloseTo(goal * (1 - 0.9 ** 100), 5);
  });
  loop.destroy();

  // d loss / d rate after T steps has a closed form: −T (1 − η)^(2T−1) Σ goal².
  for (const policy of ['everything', 'states', { memory: '8 KB' }] as const) {
    const reverse = await ReverseLoop.make(device, {
      carry: { w: state([4]) },
      given,
      step,
      loss: ({ w: last }: { w: Tensor }, { target: goal }: Given) =>
        multiply(0.5, sum(square(subtract(last, goal)))),
      parameters: [rate],
      maxSteps: 10,
      policy,
    });
    await reverse.gradient(10);
    const [slope] = await reverse.gradients[0]!.read();
    expect(slope! / (-10 * 0.9 ** 19 * 14.25)).toBeCloseTo(1, 4);
    expect(totalBytes(reverse.predicted)).toBeGreaterThan(0);
    reverse.destroy();
  }
  target.destroy();
  rate.destroy();
});
