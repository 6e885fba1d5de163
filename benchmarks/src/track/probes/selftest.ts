/** @file The cell that the judge is judged by: sums in blocks, by a hand-written kernel, with a deliberate change where one is asked for. */
import type { Injection } from '@longhorizon/harness';
import { sharedDevice } from '../../measurements/device.ts';
import type { OpenProbe } from './probe.ts';

const threads = 64;
const blocks = 256;
/** Elements that a thread sums; `turns` adds a twentieth. */
const turns = 400;

const shader = (count: number, place: string): string => `
@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;
@compute @workgroup_size(${threads})
fn sum_blocks(@builtin(global_invocation_id) id: vec3u) {
  var sum = 0.0;
  for (var turn = 0u; turn < ${count}u; turn++) {
    sum += values[(id.x * 7u + ${place}) % ${threads * blocks}u];
  }
  sums[id.x] = sum;
}`;

/** The change that this process was started with; the problem `plain` never has it. */
const asked = process.env.LONGHORIZON_TRACK_INJECTION as Injection | undefined;

export const selftestProbe: OpenProbe = async ({ problem }) => {
  const injection = problem === 'plain' ? undefined : asked;
  const device = await sharedDevice(process.env.LONGHORIZON_ADAPTER);
  const { gpu } = device;
  const elements = threads * blocks;
  const code = shader(
    injection === 'turns' ? turns * 1.05 : turns,
    injection === 'order' ? `${turns - 1}u - turn` : 'turn',
  );
  const module = gpu.createShaderModule({ code, label: 'sum of blocks' });
  const pipeline = gpu.createComputePipeline({
    layout: 'auto',
    compute: { module },
    label: 'sum of blocks',
  });
  // STORAGE | COPY_DST | COPY_SRC
  const make = (size: number): GPUBuffer => gpu.createBuffer({ size, usage: 128 | 8 | 4 });
  const [values, sums] = [make(4 * elements), make(4 * elements)] as const;
  const more = injection === 'bytes' ? [make(2 ** 16)] : [];
  gpu.queue.writeBuffer(
    values,
    0,
    Float32Array.from({ length: elements }, (_, k) => 1 / (1 + k)),
  );
  const group = gpu.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [values, sums].map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  return {
    call: async () => {
      const encoder = gpu.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      for (let time = 0; time < (injection === 'dispatch' ? 2 : 1); time++) pass.dispatchWorkgroups(blocks);
      pass.end();
      gpu.queue.submit([encoder.finish()]);
      await device.wait(gpu.queue.onSubmittedWorkDone());
      if (injection !== 'sync') return;
      gpu.queue.submit([gpu.createCommandEncoder().finish()]);
      await device.wait(gpu.queue.onSubmittedWorkDone());
    },
    read: async () => {
      // MAP_READ | COPY_DST
      const staging = gpu.createBuffer({ size: 4 * elements, usage: 1 | 8 });
      const encoder = gpu.createCommandEncoder();
      encoder.copyBufferToBuffer(sums, 0, staging, 0, 4 * elements);
      gpu.queue.submit([encoder.finish()]);
      await staging.mapAsync(1);
      staging.getMappedRange();
      staging.destroy();
    },
    counters: () => ({}),
    variants: () => ({}),
    close: () => {
      for (const buffer of [values, sums, ...more]) buffer.destroy();
    },
  };
};
