/** @file A large program with the help of a second device, where there is one: its results and its bytes are those of one compiler. */
import { expect, it } from 'vitest';
import {
  cos,
  exp,
  input,
  negate,
  openDevice,
  Plan,
  predictBytes,
  relu,
  sin,
  sqrt,
  square,
  sum,
  tanh,
  totalBytes,
} from '../index.ts';

/** As many functions of as many elements: each is a kernel and a module of its own. */
const functions = [cos, exp, negate, relu, sin, sqrt, square, tanh, sum];

it('gives the same bits and the predicted bytes', async () => {
  const values = Float32Array.from({ length: 40 }, (_, k) => 1 + k / 7);
  const found = [];
  for (const secondDevice of [false, true]) {
    const device = await openDevice({ secondDevice });
    const inputs = functions.map((_, k) => input([20 + k]));
    const request = { outputs: functions.map((apply, k) => apply(inputs[k]!)) };
    const plan = await Plan.make(device, request);
    expect(new Set(plan.program.kernels.map(({ wgsl }) => wgsl)).size).toBeGreaterThanOrEqual(8);
    expect(device.ledger.peak).toBe(totalBytes(predictBytes(request, plan.program)));
    for (const array of plan.inputs.values()) array.write(values.subarray(0, array.shape[0]!));
    plan.run();
    found.push(await Promise.all(plan.outputs.map(async (array) => [...(await array.read())])));
    plan.destroy();
    expect((await device.close()).leaks).toEqual([]);
  }
  expect(found[1]).toEqual(found[0]);
});
