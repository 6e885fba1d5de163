/** @file Makes a device compile modules without running them: a software adapter compiles when a pipeline is first dispatched, even with no workgroups. */
import type { Kernel } from '../compile/units/unit-kernel.ts';
import type { LedgerBuffer } from '../device/buffer.ts';
import type { Device } from '../device/device.ts';
import { bufferUsage } from '../device/usage.ts';
import { groupEntries, pipelineLayouts } from './pipeline-layouts.ts';
import { stepLayoutEntries } from './step-clock.ts';

export class Compiler {
  private readonly device: Device;
  private readonly buffer: LedgerBuffer;
  private readonly layoutOf: ReturnType<typeof pipelineLayouts>;

  constructor(device: Device) {
    this.device = device;
    this.layoutOf = pipelineLayouts(device);
    this.buffer = device.createBuffer({
      bytes: 256,
      usage: bufferUsage.storage | bufferUsage.uniform,
      label: 'stands for all buffers',
      class: 'scratch',
    });
  }

  pipeline(kernel: Kernel): Promise<GPUComputePipeline> {
    return this.device.pipeline(kernel.wgsl, { label: kernel.label, layout: this.layoutOf(kernel) });
  }

  /** Until the kernel's module is compiled. The work is submitted before this returns. */
  compile(kernel: Kernel, pipeline: GPUComputePipeline): Promise<void> {
    const encoder = this.device.gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, this.group(groupEntries(kernel)));
    if (kernel.usesStepIndex) pass.setBindGroup(1, this.group(stepLayoutEntries), [0]);
    pass.dispatchWorkgroups(0);
    pass.end();
    this.device.submit(encoder.finish());
    return this.device.idle();
  }

  destroy(): void {
    this.buffer.destroy();
  }

  private group(entries: readonly GPUBindGroupLayoutEntry[]): GPUBindGroup {
    const resource = { buffer: this.buffer.gpu };
    return this.device.gpu.createBindGroup({
      layout: this.device.bindGroupLayout(entries),
      entries: entries.map((_, binding) => ({ binding, resource })),
    });
  }
}
