/**
 * @file What compiling a training step costs, kernel by kernel: each dispatch submitted alone, first once (which compiles it), then
 * again. CPU milliseconds of the process, the driver's threads included.
 *
 *     MESA_SHADER_CACHE_DISABLE=true node --conditions=longhorizon-source --import tsx \
 *       benchmarks/src/kernels/study/compile-time.ts convolutional
 */

import { writeFileSync } from 'node:fs';
import { DeviceArray, Loop, openDevice, state, type Tensor } from '@longhorizon/tensor';
import { descend } from '../../peers/longhorizon-networks.ts';
import { asleep } from '../../peers/wait.ts';
import { inputsOf } from '../inputs.ts';
import { networks } from '../networks.ts';
import type { NetworkName } from '../work.ts';

const network = (process.argv[2] ?? 'convolutional') as NetworkName;
const device = await openDevice({});
const { parameters } = networks[network];
const arrays = inputsOf({ kind: 'descent-step', network });
const [x, labels] = arrays
  .slice(parameters.length)
  .map(({ values, shape }) => DeviceArray.from(device, values, shape)) as [DeviceArray, DeviceArray];
const cpu = (since = { user: 0, system: 0 }) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};
const t0 = performance.now();
const c0 = process.cpuUsage();
const loop = await Loop.make(device, {
  carry: Object.fromEntries(parameters.map(({ name, shape }) => [name, state(shape)])),
  given: { x, labels },
  step: (p: any, given: { x: Tensor; labels: Tensor }) => descend(network, p, given.x, given.labels),
});
console.log(
  `making the plan: ${(performance.now() - t0).toFixed(0)} ms, CPU ${cpu(c0).toFixed(0)} ms, of it pipelines ${loop.plan.compileMs.toFixed(0)} ms`,
);
parameters.forEach(({ name }, k) => loop.carry[name]!.write(arrays[k]!.values));
const dispatches = (loop.plan as any).dispatches as any[];
const run = async (k: number) => {
  const encoder = device.gpu.createCommandEncoder();
  const pass = encoder.beginComputePass();
  const { pipeline, group, workgroups } = dispatches[k];
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(...(workgroups as [number, number, number]));
  pass.end();
  const t = performance.now();
  const c = process.cpuUsage();
  device.submit(encoder.finish());
  await asleep(device.gpu.queue.onSubmittedWorkDone());
  return { wall: performance.now() - t, cpu: cpu(c) };
};
let all = 0,
  allWall = 0;
const seen = new Map<any, number>();
let text = '';
for (const [k, kernel] of loop.plan.program.kernels.entries()) {
  const first = await run(k);
  const again = await run(k);
  all += first.cpu - again.cpu;
  allWall += first.wall - again.wall;
  const same = seen.get(dispatches[k].pipeline);
  seen.set(dispatches[k].pipeline, k);
  text += `=== ${k} ${kernel.label} ${kernel.variant} ${kernel.workgroups}\n${kernel.wgsl}\n`;
  console.log(
    `${String(k).padStart(3)} ${(first.cpu - again.cpu).toFixed(0).padStart(6)} ${(first.wall - again.wall).toFixed(0).padStart(6)}  again ${again.cpu.toFixed(1).padStart(6)}  ${kernel.workgroups.join('x')} ${kernel.variant ?? ''} ${kernel.label} ${same ?? ''} ${kernel.regions.length} bindings`,
  );
}
console.log(`sum cpu ${all.toFixed(0)} wall ${allWall.toFixed(0)} ms, ${seen.size} pipelines`);
writeFileSync(`/tmp/lh-${network}.wgsl`, text);
loop.destroy();
await device.close();
