/**
 * A program of its own for process.test.ts: it opens a device, computes, and ends in the way that its argument says.
 * It prints `computed 42` when the GPU has answered.
 */
import { nodeGpu, openDevice, withFaults } from '../index.ts';

const ending = process.argv[2];
const faults = { loseAtSubmit: 2 };
const device = await openDevice(ending === 'lose' ? { gpu: withFaults(await nodeGpu(), faults) } : {});
const buffer = device.createBuffer({ label: 'answer', bytes: 4, class: 'data' });
const pipeline = await device.pipeline(`
@group(0) @binding(0) var<storage, read_write> x: array<u32>;
@compute @workgroup_size(1) fn main() { x[0] = 6 * 7; }`);
const encoder = device.gpu.createCommandEncoder();
const pass = encoder.beginComputePass();
pass.setPipeline(pipeline);
const entries = [{ binding: 0, resource: { buffer: buffer.gpu } }];
pass.setBindGroup(0, device.gpu.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
pass.dispatchWorkgroups(1);
pass.end();
device.submit(encoder.finish());

switch (ending) {
  case 'close':
    console.log(`computed ${new Uint32Array(await device.read(buffer))[0]}`);
    await device.close();
    break;
  case 'forget':
    console.log(`computed ${new Uint32Array(await device.read(buffer))[0]}`);
    // Reachable to the last, as a module's own variables are in a user's program.
    Object.assign(globalThis, { device, buffer, pipeline });
    break;
  case 'throw':
    console.log(`computed ${new Uint32Array(await device.read(buffer))[0]}`);
    device.submit(device.gpu.createCommandEncoder().finish());
    throw new Error('thrown on purpose');
  case 'exit':
    console.log(`computed ${new Uint32Array(await device.read(buffer))[0]}`);
    // Two reads that nobody waits for: the GPU is at work when the process ends.
    for (let again = 0; again < 2; again++) void device.read(buffer).catch(() => undefined);
    process.exit(3);
    break;
  case 'lose':
    // The first submission was the computation; the second is that of the read.
    await device.read(buffer).catch((error: Error) => console.log(`caught ${error.name}`));
    await device.close();
    break;
  default:
    throw new Error(`No such ending: ${ending}`);
}
