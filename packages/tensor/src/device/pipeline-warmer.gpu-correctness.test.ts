/** @file A large program with and without warming: the same bits and bytes; and a warmer that cannot do its work. */
import { expect, it } from 'vitest';
import { predictBytes, totalBytes } from '../compiler.ts';
import {
  add,
  cos,
  exp,
  input,
  multiply,
  negate,
  openDevice,
  Plan,
  relu,
  sin,
  sqrt,
  square,
  sum,
  type Tensor,
  tanh,
} from '../index.ts';
import { canWarm, PipelineWarmer } from './pipeline-warmer.ts';

/** Functions of as many elements, each of which waits for the one before it: each is a kernel and a module of its own. */
const functions = [cos, exp, negate, relu, sin, sqrt, square, tanh, sum];

it('a warmed program gives the same bits and the predicted bytes', async () => {
  const values = Float32Array.from({ length: 40 }, (_, k) => 1 + k / 7);
  const found = [];
  for (const warmPipelines of [false, true]) {
    const device = await openDevice({ warmPipelines });
    const inputs = functions.map((_, k) => input([20 + k]));
    const outputs: Tensor[] = [];
    for (const [k, apply] of functions.entries()) {
      const before = outputs.at(-1);
      const shift = before === undefined ? 0 : multiply(sum(before), 1e-3);
      outputs.push(apply(add(inputs[k]!, shift)));
    }
    const request = { outputs };
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

const modules = Array.from({ length: 8 }, (_, k) => ({
  label: `module ${k}`,
  wgsl: `@compute @workgroup_size(1) fn main() { var x = ${k}; x++; }`,
  groups: [],
}));

it('opens its device at the first large program only, compiles from the last module to the first, and closes the device', async () => {
  const compiled: string[] = [];
  let open = 0;
  const warmer = new PipelineWarmer(async () => {
    open++;
    const device = await openDevice({ warmPipelines: false, validation: false });
    return {
      gpu: device.gpu,
      bindGroupLayout: (entries) => device.bindGroupLayout(entries),
      pipeline: (wgsl, options) => {
        compiled.push(options.label);
        return device.pipeline(wgsl, options);
      },
      submit: (commands) => device.submit(commands),
      idle: async () => {
        await device.idle();
        // No module counts as found in the cache.
        await new Promise((resolve) => setTimeout(resolve, 20));
      },
      close: async () => {
        open--;
        await device.close();
      },
    };
  });
  warmer.warm(modules.slice(1));
  await warmer.idle();
  expect(open).toBe(0);
  warmer.warm(modules);
  await warmer.idle();
  expect(open).toBe(1);
  expect(compiled).toEqual(modules.map(({ label }) => label).reverse());
  await warmer.close();
  expect(open).toBe(0);
});

it('a second device that does not open, or a module that does not compile, has no consequence', async () => {
  const refused = new PipelineWarmer(() => Promise.reject(new Error('no adapter')));
  refused.warm(modules);
  await refused.idle();
  await refused.close();

  const device = await openDevice({ warmPipelines: false });
  const failing = new PipelineWarmer(async () => device);
  failing.warm(modules.map((module) => ({ ...module, wgsl: `${module.wgsl} fn`, label: 'no WGSL' })));
  await failing.idle();
  await failing.close();
  expect(device.closed).toBe(true);
});

it('needs a cache on disk, and is left out when asked', async () => {
  const before = process.env.MESA_SHADER_CACHE_DISABLE;
  try {
    process.env.MESA_SHADER_CACHE_DISABLE = 'true';
    expect(await canWarm()).toBe(false);
  } finally {
    if (before === undefined) delete process.env.MESA_SHADER_CACHE_DISABLE;
    else process.env.MESA_SHADER_CACHE_DISABLE = before;
  }
  const device = await openDevice({ warmPipelines: false });
  expect(device.warmer).toBeUndefined();
  await device.close();
});
