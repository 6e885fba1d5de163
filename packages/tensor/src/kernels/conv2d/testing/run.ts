/** @file Runs one kernel alone on given operands, for tests and studies. */
import type { Conv2dProblem, EmittedKernel } from '../../contraction.ts';
import { readBack, storageBuffer } from '../../testing/bench-device.ts';
import { contractionSizes } from '../problem.ts';
import { standaloneModule } from './prelude.ts';

export interface Operands {
  readonly a: Float32Array;
  readonly b: Float32Array;
}

/** Operands of the problem in [−1, 1), exact in f32, so that the reference sees what the GPU sees. */
export function testOperands(problem: Conv2dProblem): Operands {
  const sizes = contractionSizes(problem);
  return { a: testValues(sizes.a, 1), b: testValues(sizes.b, 2) };
}

function testValues(count: number, seed: number): Float32Array {
  const values = new Float32Array(count);
  let state = seed >>> 0;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = (state >>> 8) / 2 ** 23 - 1;
  }
  return values;
}

export interface PreparedKernel {
  /** Adds `times` dispatches to the pass. */
  readonly record: (pass: GPUComputePassEncoder, times: number) => void;
  /** The result from its start, zeros before the first dispatch, then at least `guard` zeros. */
  readonly result: GPUBuffer;
  readonly destroy: () => void;
}

/** Elements behind the result that no kernel may touch. */
export const guard = 16;

/**
 * Compiles a kernel and binds its operands.
 *
 * @param offset elements before each operand in its buffer; they and some behind it are NaN, so that a value from outside
 *   shows
 * @param adding the kernel's stores add, so that a second store shows
 */
export async function prepareKernel(
  device: GPUDevice,
  problem: Conv2dProblem,
  kernel: EmittedKernel,
  operands: Operands,
  { offset = 0, adding = false } = {},
): Promise<PreparedKernel> {
  const surrounded = (values: Float32Array) => {
    const buffer = new Float32Array(offset + values.length + guard).fill(Number.NaN);
    buffer.set(values, offset);
    return storageBuffer(device, buffer);
  };
  const buffers = [
    surrounded(operands.a),
    surrounded(operands.b),
    storageBuffer(device, contractionSizes(problem).result + guard),
  ] as const;
  const code = standaloneModule(problem, kernel, { a: offset, b: offset, adding });
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }), entryPoint: 'main' },
  });
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  return {
    record: (pass, times) => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      for (let i = 0; i < times; i++) pass.dispatchWorkgroups(...kernel.workgroups);
    },
    result: buffers[2],
    destroy: () => {
      for (const buffer of buffers) buffer.destroy();
    },
  };
}

/** The result with its guard after one dispatch. */
export async function runKernel(
  device: GPUDevice,
  problem: Conv2dProblem,
  kernel: EmittedKernel,
  operands: Operands,
  options: { readonly offset?: number; readonly adding?: boolean } = {},
): Promise<Float32Array> {
  const prepared = await prepareKernel(device, problem, kernel, operands, options);
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  prepared.record(pass, 1);
  pass.end();
  device.queue.submit([encoder.finish()]);
  const values = await readBack(device, prepared.result, contractionSizes(problem).result + guard);
  prepared.destroy();
  return values;
}
