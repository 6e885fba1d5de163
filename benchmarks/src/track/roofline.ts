/** @file What a dispatch and a moved byte cost in this process, by two hand-written kernels. */
import type { Device } from '@longhorizon/tensor';
import { startDriverClock } from './driver-time.ts';

const elements = 2 ** 20;
const dispatches = 400;
const repetitions = 5;

const code = `
@group(0) @binding(0) var<storage, read> from: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> to: array<vec4f>;
@compute @workgroup_size(64) fn copy(@builtin(global_invocation_id) id: vec3u) { to[id.x] = from[id.x]; }`;

/** Milliseconds of processor time (wall clock on a GPU) of a dispatch of one workgroup, and of a byte read or written. */
export async function measureRoofline(device: Device): Promise<{ dispatchMs: number; byteMs: number }> {
  const { gpu, adapter } = device;
  const module = gpu.createShaderModule({ code, label: 'copy' });
  const pipeline = gpu.createComputePipeline({ layout: 'auto', compute: { module } });
  // STORAGE
  const buffers = [0, 1].map(() => gpu.createBuffer({ size: 4 * elements, usage: 128 }));
  const group = gpu.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const run = async (times: number, workgroups: number): Promise<number> => {
    const encoder = gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    for (let time = 0; time < times; time++) pass.dispatchWorkgroups(workgroups);
    pass.end();
    const [driverMs, start] = [startDriverClock(), performance.now()];
    gpu.queue.submit([encoder.finish()]);
    await device.wait(gpu.queue.onSubmittedWorkDone());
    return adapter.isSoftware ? driverMs() : performance.now() - start;
  };
  const best = async (times: number, workgroups: number): Promise<number> => {
    const samples: number[] = [];
    for (let time = 0; time < repetitions; time++) samples.push(await run(times, workgroups));
    return Math.min(...samples);
  };
  await run(1, 1);
  try {
    const dispatchMs = (await best(dispatches, 1)) / dispatches;
    const copies = 10;
    const byteMs = (await best(copies, elements / 4 / 64)) / copies / (8 * elements);
    return { dispatchMs, byteMs };
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}
