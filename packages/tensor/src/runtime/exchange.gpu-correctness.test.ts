/** @file Programs that begin with kernels that compile fast: which do, that nobody can tell from results or bytes, and that they end with the fast ones. */
import { describe, expect, it } from 'vitest';
import {
  add,
  conv2d,
  type Device,
  evaluateOnDevice,
  grad,
  input,
  Loop,
  makeProgram,
  matmul,
  maxPool,
  multiply,
  openDevice,
  Plan,
  predictBytes,
  relu,
  reshape,
  state,
  subtract,
  type Tensor,
  targetOf,
  totalBytes,
} from '../index.ts';
import { array } from '../ops/leaf/input.ts';
import { evaluateStarters } from '../testing/evaluate-counted.ts';
import { batchNorm, crossEntropy, unpack } from '../transform/testing/networks.ts';

const layer = (inputs: number) => [[3, 3, inputs, 32], [32], [32]];
const shapes = [...layer(1), ...layer(32), ...layer(32), [3 * 3 * 32, 5], [5]];
const size = shapes.reduce((all, shape) => all + shape.reduce((count, extent) => count * extent, 1), 0);
const wave = (count: number, speed: number) =>
  Float32Array.from({ length: count }, (_, k) => 0.3 * Math.sin(speed * k + 0.2));
const start = wave(size, 1.3);
const images = wave(5 * 12 * 12, 0.7);
const labels = array([0, 1, 2, 3, 4], [5], 'u32');

/** Three layers of 32 filters on five images of 12 × 12. */
function descend(w: Tensor, x: Tensor): Tensor {
  const loss = (weights: Tensor) => {
    const parameters = unpack(weights, shapes);
    let h = x;
    for (let depth = 0; depth < 3; depth++) {
      const [filter, scale, shift] = parameters.slice(3 * depth, 3 * depth + 3);
      h = relu(batchNorm(conv2d(h, filter!, { padding: 'same' }), scale!, shift!));
      if (depth < 2) h = maxPool(h, 2);
    }
    const [weight, bias] = parameters.slice(-2);
    return crossEntropy(add(matmul(reshape(h, [5, -1]), weight!), bias!), labels);
  };
  return subtract(w, multiply(0.1, grad(loss)(w)));
}

function step() {
  const w = input([size], { name: 'w' });
  const x = input([5, 12, 12, 1], { name: 'x' });
  return { outputs: [descend(w, x)], feeds: new Map([[w, start] as const, [x, images] as const]) };
}

async function withDevice<T>(secondDevice: boolean, use: (device: Device) => Promise<T>): Promise<T> {
  const device = await openDevice({ secondDevice });
  let result: T;
  try {
    result = await use(device);
  } catch (error) {
    await device.close().catch(() => {});
    throw error;
  }
  expect((await device.close()).leaks).toEqual([]);
  return result;
}

/** Elsewhere nothing compiles beside the first device, and programs have one form. */
const exchanges = await withDevice(true, async (device) => device.second !== undefined);

describe('kernels that compile fast', () => {
  it('are for large programs on adapters with a second compiler', () =>
    withDevice(true, async (device) => {
      const { outputs } = step();
      const target = targetOf(device);
      const { kernels, replacements } = makeProgram({ outputs }, { ...target, exchangesKernels: true });
      expect(kernels.length).toBeGreaterThan(16);
      expect(replacements!()).toHaveLength(kernels.length);
      expect(makeProgram({ outputs }, { ...target, exchangesKernels: false }).replacements).toBeUndefined();
      const small = [relu(input([4]))];
      expect(
        makeProgram({ outputs: small }, { ...target, exchangesKernels: true }).replacements,
      ).toBeUndefined();
      for (const [k, kernel] of replacements!().entries()) {
        expect(kernel.label).toBe(kernels[k]!.label);
        expect(new Set(kernel.regions)).toEqual(new Set(kernels[k]!.regions));
      }
    }));

  it.runIf(exchanges)('add in the same order: a step of a convolutional network has the same bits', () =>
    withDevice(true, async (device) => {
      const { outputs, feeds } = step();
      const { kernels, replacements } = makeProgram({ outputs }, targetOf(device));
      const differ = replacements!().filter((kernel, k) => kernel.wgsl !== kernels[k]!.wgsl);
      for (const kind of ['conv2d/patch', 'conv2d/filter', 'rows', 'pointwise'])
        expect(differ.filter(({ label, variant }) => (variant ?? label).startsWith(kind))).not.toEqual([]);
      const [quick] = await evaluateStarters(device, outputs, feeds);
      const [found] = await withDevice(false, (alone) => evaluateOnDevice(alone, outputs, feeds));
      expect(quick).toEqual(found);
      expect(found!.every(Number.isFinite)).toBe(true);
    }),
  );
});

describe.runIf(exchanges)('an exchange', () => {
  it('ends with the fast kernels, and leaves results and bytes as they were', () =>
    withDevice(true, async (device) => {
      const { outputs, feeds } = step();
      const plan = await Plan.make(device, { outputs });
      const { kernels, replacements } = plan.program;
      for (const [tensor, own] of plan.inputs) own.write(feeds.get(tensor)!);
      plan.run();
      const first = await plan.outputs[0]!.read();
      await device.compiled();
      const modules = new Set([...kernels, ...replacements!()].map(({ wgsl }) => wgsl));
      expect(device.pipelineStatistics().compiled).toBe(modules.size);
      plan.run();
      expect(await plan.outputs[0]!.read()).toEqual(first);
      expect(device.ledger.withoutStaging.peak).toBe(totalBytes(predictBytes({ outputs }, plan.program)));
      plan.destroy();
    }));

  it('may come in the middle of a loop', async () => {
    const learn = async (device: Device, steps: readonly number[], settled: boolean) => {
      const loop = await Loop.make(device, {
        carry: { w: state([size]) },
        given: {},
        step: ({ w }: { w: Tensor }) => ({ w: descend(w, array([...images], [5, 12, 12, 1])) }),
        label: 'descent',
      });
      loop.carry.w.write(start);
      for (const count of steps) {
        await loop.run(count);
        if (settled) await device.compiled();
      }
      const found = await loop.carry.w.read();
      loop.destroy();
      return found;
    };
    const alone = await withDevice(false, (device) => learn(device, [12], false));
    for (const steps of [[12], [1, 11], [5, 7], Array<number>(12).fill(1)])
      for (const settled of [false, true])
        expect(await withDevice(true, (device) => learn(device, steps, settled))).toEqual(alone);
  });

  it('ends with the plan', () =>
    withDevice(true, async (device) => {
      const plan = await Plan.make(device, { outputs: step().outputs });
      plan.run();
      await device.workDone();
      plan.destroy();
      await device.compiled();
      const modules = new Set(plan.program.kernels.map(({ wgsl }) => wgsl));
      // One may have been under way.
      expect(device.pipelineStatistics().compiled).toBeLessThanOrEqual(modules.size + 1);
    }));
});
