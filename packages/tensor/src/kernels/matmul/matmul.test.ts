/**
 * @file Every matmul variant against float64, on whatever adapter is there. Offsets, gaps and the space behind the operands
 * hold NaN, so that a read from outside shows; the result is cleared and added to, so that a second store shows; and a
 * guard behind it must stay as it was.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adapterProfiles } from '../../adapters/index.ts';
import type { KernelAdapter } from '../contraction.ts';
import { type BenchDevice, openBenchDevice, readBack, storageBuffer } from '../testing/bench-device.ts';
import {
  exactElement,
  type MatmulCase,
  type MatmulLayout,
  matmulCase,
  sampleValues,
  standaloneMatmul,
} from '../testing/matmul-case.ts';
import { matmulVariants } from './variants.ts';

let bench: BenchDevice;
beforeAll(async () => {
  bench = await openBenchDevice();
});
afterAll(() => bench.device.destroy());

/** Elements of the guard behind the result. */
const guard = 64;

/** Sampled values where the operand's elements are, NaN elsewhere. */
function operandValues(one: MatmulCase, operand: 'a' | 'b'): Float32Array {
  const { batch, m, n, k, aRowStride, aColumnStride, bRowStride, bColumnStride } = one.problem;
  const [offset, batchStride, length, lines, stride, kStride] =
    operand === 'a'
      ? [one.aOffset, one.aBatchStride, one.aLength, m, aRowStride, aColumnStride]
      : [one.bOffset, one.bBatchStride, one.bLength, n, bColumnStride, bRowStride];
  const samples = sampleValues(length, operand === 'a' ? 1 : 2);
  const values = new Float32Array(length + 16).fill(Number.NaN);
  for (let index = 0; index < batch; index++) {
    for (let line = 0; line < lines; line++) {
      for (let step = 0; step < k; step++) {
        const at = offset + index * batchStride + line * stride + step * kStride;
        values[at] = samples[at] ?? Number.NaN;
      }
    }
  }
  return values;
}

/** Runs one variant; returns the result with its guard. */
async function runVariant(
  one: MatmulCase,
  name: string,
  a: Float32Array,
  b: Float32Array,
  kernelAdapter: KernelAdapter = bench.kernelAdapter,
): Promise<Float32Array> {
  const { device } = bench;
  const variant = matmulVariants.find((each) => each.name === name);
  if (variant === undefined) throw new Error(`No variant is called ${name}.`);
  const kernel = variant.emit(one.problem, kernelAdapter);
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ code: standaloneMatmul(one, kernel, '+=') });
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
  const length = one.problem.batch * one.problem.m * one.problem.n;
  const values = new Float32Array(length + guard).fill(7, length);
  const buffers = [a, b, values].map((each) => storageBuffer(device, each));
  const bindings = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindings);
  pass.dispatchWorkgroups(...kernel.workgroups);
  pass.end();
  device.queue.submit([encoder.finish()]);
  const fault = await device.popErrorScope();
  if (fault !== null) throw new Error(`${name}: ${fault.message}`);
  const result = await readBack(device, buffers[2] as GPUBuffer, length + guard);
  for (const buffer of buffers) buffer.destroy();
  return result;
}

/** The worst error in units of (K + 4) · 2⁻²⁴ · Σ|a·b|, the bound of a float32 sum in any order. */
function worstError(one: MatmulCase, a: Float32Array, b: Float32Array, result: Float32Array): number {
  const { batch, m, n, k } = one.problem;
  let worst = 0;
  for (let at = 0; at < batch * m * n; at++) {
    const exact = exactElement(one, a, b, Math.floor(at / (m * n)), Math.floor(at / n) % m, at % n);
    const bound = (k + 4) * 2 ** -24 * exact.magnitude;
    const error = Math.abs((result[at] ?? Number.NaN) - exact.value);
    const ratio = bound === 0 ? error * 2 ** 24 : error / bound;
    if (!(ratio <= worst)) worst = ratio;
  }
  return worst;
}

/** The variants that software adapters choose take every shape; the others, made of the same parts, the `common` ones. */
const cases: readonly { readonly name: string; readonly layout: MatmulLayout; readonly common?: boolean }[] =
  [
    { name: 'one element', layout: { m: 1, n: 1, k: 1 } },
    { name: 'aligned, both as they are', layout: { m: 48, n: 96, k: 40 }, common: true },
    { name: 'aligned, a transposed', layout: { m: 48, n: 96, k: 40, transposeA: true } },
    { name: 'aligned, b transposed', layout: { m: 48, n: 96, k: 40, transposeB: true } },
    {
      name: 'aligned, both transposed',
      layout: { m: 48, n: 96, k: 40, transposeA: true, transposeB: true },
      common: true,
    },
    { name: 'odd sizes', layout: { m: 35, n: 33, k: 37 }, common: true },
    {
      name: 'odd sizes, both transposed',
      layout: { m: 35, n: 33, k: 37, transposeA: true, transposeB: true },
    },
    { name: 'vectors that fill no tile', layout: { m: 20, n: 44, k: 12, transposeA: true } },
    { name: 'vectors and an odd sum', layout: { m: 12, n: 36, k: 7, transposeA: true }, common: true },
    { name: 'large enough to load unrolled', layout: { m: 64, n: 128, k: 132, transposeB: true } },
    { name: 'large and odd', layout: { m: 65, n: 129, k: 131, transposeA: true } },
    { name: 'one row', layout: { m: 1, n: 70, k: 36 } },
    { name: 'one column', layout: { m: 70, n: 1, k: 36 } },
    { name: 'a sum of one', layout: { m: 20, n: 24, k: 1 } },
    { name: 'offsets that are no multiple of 4', layout: { m: 16, n: 32, k: 16, aOffset: 1, bOffset: 6 } },
    {
      name: 'offsets and gaps that are',
      layout: { m: 16, n: 32, k: 16, aOffset: 4, bOffset: 8, aGap: 4, bGap: 8 },
    },
    { name: 'a batch', layout: { batch: 3, m: 25, n: 64, k: 36 }, common: true },
    { name: 'a batch with one common a', layout: { batch: 3, m: 9, n: 36, k: 20, shareA: true } },
    {
      name: 'a batch with one common b',
      layout: { batch: 3, m: 9, n: 36, k: 20, shareB: true, transposeB: true },
    },
  ];

const first = ['naive', 'shared-columns-16', 'shared-rows-16'];
const several = ['shared-columns-32x2', 'shared-rows-32x2'];
const names = matmulVariants.map(({ name }) => name).filter((name) => !several.includes(name));

describe.each(cases)('$name', ({ layout, common }) => {
  const one = matmulCase(layout);
  const a = operandValues(one, 'a');
  const b = operandValues(one, 'b');
  test.each(common === true ? names : first)('%s', async (name) => {
    const variant = matmulVariants.find((each) => each.name === name);
    const refusal = variant?.prerequisites(one.problem, bench.kernelAdapter);
    if (refusal !== undefined) {
      // Only the shared variants may refuse here, and only where subgroups are missing.
      expect(refusal).toContain('subgroups');
      expect(bench.kernelAdapter.subgroupMinSize ?? 0).toBeLessThan(4);
      return;
    }
    const result = await runVariant(one, name, a, b);
    expect(worstError(one, a, b, result)).toBeLessThanOrEqual(1);
    expect([...result.subarray(result.length - guard)]).toEqual(new Array(guard).fill(7));
  });
});

test.each(several)('%s takes large products in whole tiles alone', async (name) => {
  const variant = matmulVariants.find((each) => each.name === name)!;
  const transposeA = name.includes('rows');
  const why = (layout: MatmulLayout) =>
    variant.prerequisites(matmulCase({ ...layout, transposeA }).problem, bench.kernelAdapter);
  const lanes = bench.kernelAdapter.subgroupMinSize ?? 0;
  if (lanes < 4) return expect(why({ m: 256, n: 256, k: 256 })).toContain('subgroups');
  expect(why({ m: 250, n: 250, k: 4096 })).toMatch(/^needs (four neighbouring lines|lines in whole tiles)/);
  expect(why({ m: 128, n: 128, k: 128 })).toMatch(/^takes long to compile/);
  const one = matmulCase({ m: 256, n: 256, k: 256, transposeA });
  const [a, b] = (['a', 'b'] as const).map((operand) => operandValues(one, operand));
  expect(worstError(one, a!, b!, await runVariant(one, name, a!, b!))).toBeLessThanOrEqual(1);
});

test('an empty sum is zero', async () => {
  const one = matmulCase({ m: 5, n: 9, k: 0 });
  const nothing = new Float32Array(16).fill(Number.NaN);
  const takers = matmulVariants.filter(
    (variant) => variant.prerequisites(one.problem, bench.kernelAdapter) === undefined,
  );
  expect(takers.map(({ name }) => name)).toEqual(['naive']);
  const result = await runVariant(one, 'naive', nothing, nothing);
  expect([...result.subarray(0, 45)]).toEqual(new Array(45).fill(0));
});

test.each(['registers-columns-8', 'workgroup-4x4'])('%s as a graphics processor gets it', async (name) => {
  const one = matmulCase({ m: 35, n: 33, k: 37, transposeA: true });
  const a = operandValues(one, 'a');
  const b = operandValues(one, 'b');
  const result = await runVariant(one, name, a, b, {
    ...bench.kernelAdapter,
    profile: adapterProfiles.gpu,
  });
  expect(worstError(one, a, b, result)).toBeLessThanOrEqual(1);
});

test('two runs give the same bytes', async () => {
  const one = matmulCase({ m: 48, n: 96, k: 40 });
  const a = operandValues(one, 'a');
  const b = operandValues(one, 'b');
  for (const { name, prerequisites } of matmulVariants) {
    if (prerequisites(one.problem, bench.kernelAdapter) !== undefined || !name.includes('columns')) continue;
    expect(await runVariant(one, name, a, b)).toEqual(await runVariant(one, name, a, b));
  }
});
