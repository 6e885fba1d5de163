/** @file Every variant of every kind against float64, on small shapes chosen for their edges. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, globals } from 'webgpu';
import type { Conv2dProblem, KernelAdapter } from '../contraction.ts';
import { standaloneModule } from './prelude.ts';
import { contractionSizes, referenceConv2d } from './reference.ts';
import { conv2dVariants } from './variants.ts';

Object.assign(globalThis, globals);
let gpu: GPU | undefined = create([]);
let device: GPUDevice;
let adapterFacts: KernelAdapter;

beforeAll(async () => {
  const adapter = await gpu!.requestAdapter();
  if (!adapter) throw new Error('No WebGPU adapter: install a Vulkan driver (on Debian, mesa-vulkan-drivers).');
  device = await adapter.requestDevice();
  device.addEventListener('uncapturederror', (event) => {
    throw new Error((event as GPUUncapturedErrorEvent).error.message);
  });
  adapterFacts = { isSoftware: true, features: new Set(device.features), limits: device.limits };
});

afterAll(() => {
  device.destroy();
  gpu = undefined;
});

interface Shape {
  readonly title: string;
  readonly tasks?: number;
  readonly images: number;
  readonly size: readonly [height: number, width: number];
  readonly channels: readonly [into: number, out: number];
  readonly filter: readonly [height: number, width: number];
  readonly stride?: readonly [number, number];
  /** top, left, bottom, right */
  readonly pad?: readonly [number, number, number, number];
}

const shapes: readonly Shape[] = [
  { title: 'the middle of a small network', images: 2, size: [7, 7], channels: [8, 8], filter: [3, 3], pad: [1, 1, 1, 1] },
  { title: 'grey images', images: 3, size: [6, 9], channels: [1, 8], filter: [3, 3], pad: [1, 1, 1, 1] },
  { title: 'odd everything', images: 1, size: [5, 7], channels: [3, 5], filter: [3, 2], pad: [1, 0, 0, 1] },
  { title: 'stride 2 on odd sizes', images: 2, size: [9, 7], channels: [4, 12], filter: [3, 3], stride: [2, 2], pad: [1, 1, 1, 1] },
  { title: 'stride 2, padded below and right only', images: 2, size: [8, 8], channels: [4, 4], filter: [3, 3], stride: [2, 2], pad: [0, 0, 1, 1] },
  { title: 'unequal strides', images: 1, size: [9, 8], channels: [2, 4], filter: [3, 3], stride: [1, 3], pad: [1, 1, 1, 1] },
  { title: '1 × 1 filter', images: 2, size: [4, 5], channels: [8, 4], filter: [1, 1] },
  { title: '1 × 1 filter, stride 2', images: 2, size: [5, 5], channels: [4, 8], filter: [1, 1], stride: [2, 2] },
  { title: 'three tasks', tasks: 3, images: 2, size: [5, 5], channels: [4, 8], filter: [3, 3], pad: [1, 1, 1, 1] },
  { title: 'padding wider than the filter', images: 1, size: [3, 3], channels: [4, 4], filter: [3, 3], pad: [4, 4, 4, 4] },
  { title: 'a filter as large as the image', images: 2, size: [4, 4], channels: [4, 6], filter: [4, 4] },
  { title: 'cropping', images: 1, size: [7, 7], channels: [4, 4], filter: [3, 3], pad: [-1, -1, 0, 0] },
  { title: 'more channels than one block', images: 1, size: [4, 3], channels: [36, 40], filter: [3, 3], pad: [1, 1, 1, 1] },
];

function problemOf(shape: Shape, kind: Conv2dProblem['kind'], aligned: boolean): Conv2dProblem {
  const pad = shape.pad ?? [0, 0, 0, 0];
  const stride = shape.stride ?? [1, 1];
  return {
    kind,
    tasks: shape.tasks ?? 1,
    images: shape.images,
    height: shape.size[0],
    width: shape.size[1],
    inChannels: shape.channels[0],
    outChannels: shape.channels[1],
    filterHeight: shape.filter[0],
    filterWidth: shape.filter[1],
    outHeight: Math.floor((shape.size[0] + pad[0] + pad[2] - shape.filter[0]) / stride[0]) + 1,
    outWidth: Math.floor((shape.size[1] + pad[1] + pad[3] - shape.filter[1]) / stride[1]) + 1,
    stride,
    padTop: pad[0],
    padLeft: pad[1],
    aAligned: aligned,
    bAligned: aligned,
  };
}

/** Deterministic values in [−1, 1], exact in f32, so that the reference sees what the GPU sees. */
function values(count: number, seed: number): Float32Array<ArrayBuffer> {
  const data = new Float32Array(count);
  let state = seed >>> 0;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = (state >>> 8) / 2 ** 23 - 1;
  }
  return data;
}

/** What elements of the result hold before the kernel runs: a kernel that misses one leaves it. */
const untouched = 12345;

async function run(problem: Conv2dProblem, variant: (typeof conv2dVariants)[number], offset: number) {
  const sizes = contractionSizes(problem);
  const kernel = variant.emit(problem, adapterFacts);
  const code = standaloneModule(problem, kernel, { a: offset, b: offset });
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }), entryPoint: 'main' },
  });
  // 16-byte sizes for vec4 views; `offset` elements lie before an operand.
  const bytes = (elements: number) => Math.ceil((elements + offset) / 4) * 16;
  const a = values(sizes.a, 1);
  const b = values(sizes.b, 2);
  const { COPY_DST, COPY_SRC, MAP_READ, STORAGE } = GPUBufferUsage;
  const resultBytes = Math.ceil(sizes.result / 4) * 16;
  const buffers = [bytes(sizes.a), bytes(sizes.b), resultBytes].map((size) =>
    device.createBuffer({ size, usage: STORAGE | COPY_DST | COPY_SRC }),
  );
  device.queue.writeBuffer(buffers[0]!, offset * 4, a);
  device.queue.writeBuffer(buffers[1]!, offset * 4, b);
  device.queue.writeBuffer(buffers[2]!, 0, new Float32Array(resultBytes / 4).fill(untouched));
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const staging = device.createBuffer({ size: resultBytes, usage: MAP_READ | COPY_DST });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(...kernel.workgroups);
  pass.end();
  encoder.copyBufferToBuffer(buffers[2]!, 0, staging, 0, resultBytes);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const all = new Float32Array(staging.getMappedRange().slice(0));
  for (const buffer of [...buffers, staging]) buffer.destroy();
  return { got: all.subarray(0, sizes.result), beyond: all.subarray(sizes.result), wanted: referenceConv2d(problem, a, b) };
}

const kinds = ['forward', 'inputGradient', 'filterGradient'] as const;

describe.each(conv2dVariants.map((variant) => [variant.name, variant] as const))('conv2d %s', (_name, variant) => {
  describe.each(kinds)('%s', (kind) => {
    for (const aligned of [true, false]) {
      const accepted = () =>
        shapes.filter((shape) => !variant.prerequisites(problemOf(shape, kind, aligned), adapterFacts));
      it(`agrees with float64 on ${aligned ? 'aligned' : 'misaligned'} operands, wherever it does not refuse`, async () => {
        for (const shape of accepted()) {
          const problem = problemOf(shape, kind, aligned);
          const { got, beyond, wanted } = await run(problem, variant, aligned ? 0 : 1);
          let worst = 0;
          for (let i = 0; i < wanted.length; i++) worst = Math.max(worst, Math.abs(got[i]! - wanted[i]!));
          expect(worst, `${shape.title}: largest difference`).toBeLessThan(1e-4);
          expect([...beyond].every((value) => value === untouched), `${shape.title}: wrote beyond the result`).toBe(true);
        }
      });
    }
  });
});
