/** @file The two kernels of sums into many segments: one thread that adds alone, and threads that read ids side by side. */
import { expect, it } from 'vitest';
import { gpu } from '../adapters/gpu.ts';
import { llvmpipe } from '../adapters/llvmpipe.ts';
import type { AdapterProfile } from '../adapters/profile.ts';
import { input, Plan, segmentSum } from '../index.ts';
import { targetOf } from '../runtime/target-of.ts';
import { useDevice } from '../testing/device.ts';
import { makeProgram } from './known-programs.ts';

const device = useDevice();
const [count, width, segments] = [1000, 2, 1000];

it.each([
  ['each id a few times', (k: number) => (k * 37) % 300],
  ['one id more often than a block is long', (k: number) => (k % 5 === 0 ? k : 900)],
  ['ids that are dropped, and the last one', (k: number) => (k % 3 === 0 ? 4_000_000_000 : 999)],
])('add in the order of the ids, to the bit: %s', async (_, idOf) => {
  const values = input([count, width]);
  const ids = input([count], { dtype: 'u32' });
  const known = Array.from({ length: count }, (__, k) => idOf(k));
  const data = Float32Array.from({ length: count * width }, (__, k) => Math.sin(k + 1));
  const request = { outputs: [segmentSum(values, ids, segments)] };
  const sums = async (profile: AdapterProfile) => {
    const program = makeProgram(request, { ...targetOf(device()), profile });
    const plan = await Plan.fromProgram(device(), program, request);
    plan.inputs.get(values)!.write(data);
    plan.inputs.get(ids)!.write(known);
    plan.run();
    const result = await plan.outputs[0]!.read();
    plan.destroy();
    return { result, wgsl: program.kernels.map((kernel) => kernel.wgsl).join() };
  };
  const [alone, together] = [await sums(llvmpipe), await sums(gpu)];
  expect(together.wgsl).toContain('add_term');
  expect(alone.wgsl).not.toContain('add_term');
  expect([...together.result]).toEqual([...alone.result]);
  const expected = new Float64Array(segments * width);
  data.forEach((value, k) => {
    const id = known[Math.floor(k / width)]!;
    if (id < segments) expected[id * width + (k % width)]! += value;
  });
  for (const [k, value] of alone.result.entries()) expect(Math.abs(value - expected[k]!)).toBeLessThan(1e-5);
});
