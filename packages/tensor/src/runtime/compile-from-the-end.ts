/**
 * @file Two compilers for one program. The first run of a plan compiles its modules from the first dispatch on; meanwhile a second device
 * compiles them from the last one back, by dispatches of no workgroups. Where they meet, the first device finds the rest in the cache.
 */
import type { Kernel } from '../compile/units/unit-kernel.ts';
import type { Device } from '../device/device.ts';
import { bufferUsage } from '../device/usage.ts';
import { groupEntries, pipelineLayouts } from './pipeline-layouts.ts';
import { stepLayoutEntries } from './step-clock.ts';

/** Opening a device costs as much as compiling two small modules, and the thread of the host as long. */
const fewestModules = 8;

/** What is there faster than this was in the cache, from the other device or from another process: the smallest module takes 22 ms. */
const cachedMs = 15;
/** So many in a row from the cache: the rest will be there, too. */
const enoughCached = 2;

/** Begins where it is worth it, and returns at once. */
export function compileFromTheEnd(device: Device, kernels: readonly Kernel[]): void {
  const modules = [...new Map(kernels.map((kernel) => [kernel.wgsl, kernel])).values()].reverse();
  if (modules.length < fewestModules) return;
  device.second?.use(async (second, isWanted) => {
    const buffer = second.createBuffer({
      bytes: 256,
      usage: bufferUsage.storage | bufferUsage.uniform,
      label: 'stands for all buffers',
      class: 'scratch',
    });
    const binding = { buffer: buffer.gpu };
    const groupOf = (entries: readonly GPUBindGroupLayoutEntry[]) =>
      second.gpu.createBindGroup({
        layout: second.bindGroupLayout(entries),
        entries: entries.map((_, k) => ({ binding: k, resource: binding })),
      });
    const layouts = pipelineLayouts(second);
    const pipelineOf = (kernel: Kernel | undefined) =>
      kernel && second.pipeline(kernel.wgsl, { label: kernel.label, layout: layouts(kernel) });

    let cached = 0;
    let pipeline = pipelineOf(modules[0]);
    for (const [k, kernel] of modules.entries()) {
      const encoder = second.gpu.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline((await pipeline)!);
      pass.setBindGroup(0, groupOf(groupEntries(kernel)));
      if (kernel.usesStepIndex) pass.setBindGroup(1, groupOf(stepLayoutEntries), [0]);
      pass.dispatchWorkgroups(0);
      pass.end();
      const start = performance.now();
      second.submit(encoder.finish());
      // The next pipeline is made while this module is compiled.
      pipeline = pipelineOf(modules[k + 1]);
      pipeline?.catch(() => {});
      await second.idle();
      cached = performance.now() - start < cachedMs ? cached + 1 : 0;
      if (cached === enoughCached || !isWanted()) break;
    }
    buffer.destroy();
  });
}
