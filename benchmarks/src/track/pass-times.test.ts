import { openDevice } from '@longhorizon/tensor';
import { expect, it } from 'vitest';
import { startDriverClock } from './driver-time.ts';
import { spanMs, timePasses, watchPasses } from './pass-times.ts';

it('adds the spans of passes up, and gives nothing where a clock went back', () => {
  expect(spanMs(new BigUint64Array([1_000_000n, 3_000_000n, 5_000_000n, 5_500_000n]))).toBe(2.5);
  expect(spanMs(new BigUint64Array([3n, 1n]))).toBeUndefined();
});

it('times the passes of a device, as they are written, where it has timestamps; and the driver is seen at work', async () => {
  watchPasses();
  const device = await openDevice({ timestampQuantization: false });
  const { gpu } = device;
  const code = `@group(0) @binding(0) var<storage, read_write> sums: array<f32>;
    @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
      for (var turn = 0u; turn < 1000u; turn++) { sums[id.x] += f32(turn); } }`;
  const compute = { module: gpu.createShaderModule({ code }) };
  const pipeline = gpu.createComputePipeline({ layout: 'auto', compute });
  // STORAGE
  const buffer = gpu.createBuffer({ size: 4 * 64 * 64, usage: 128 });
  const layout = pipeline.getBindGroupLayout(0);
  const group = gpu.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer } }] });
  const run = async (passes: number): Promise<void> => {
    const encoder = gpu.createCommandEncoder();
    for (let k = 0; k < passes; k++) {
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(64);
      pass.end();
    }
    gpu.queue.submit([encoder.finish()]);
    await device.wait(gpu.queue.onSubmittedWorkDone());
  };
  try {
    const driverMs = startDriverClock();
    const ms = await timePasses(() => run(3));
    if (device.features.has('timestamp-query')) expect(ms).toBeGreaterThan(0);
    else expect(ms).toBeUndefined();
    if (device.adapter.isSoftware) expect(driverMs()).toBeGreaterThan(0);
    expect(await timePasses(async () => {})).toBeUndefined();
  } finally {
    buffer.destroy();
    await device.close();
  }
});
