/** @file The layouts of kernels: buffers in the order of their regions, then the numbers of a shared module, then the step's number. */
import type { Kernel } from '../compile/fusions/fusion-kernel.ts';
import type { Device } from '../device/device.ts';
import type { WarmedModule } from '../device/pipeline-warmer.ts';
import { computeStage } from '../device/usage.ts';
import { stepLayoutEntries } from './step-clock.ts';

type Bound = Pick<Kernel, 'regions' | 'numbers'>;

/** @param dynamic bindings whose offsets are told in each run */
export function groupEntries(
  { regions, numbers }: Bound,
  dynamic: readonly number[] = [],
): GPUBindGroupLayoutEntry[] {
  const types: GPUBufferBindingType[] = regions.map(() => 'storage');
  if (numbers !== undefined) types.push('uniform');
  return types.map((type, binding) => {
    const moves = dynamic.includes(binding) ? { hasDynamicOffset: true } : {};
    return { binding, visibility: computeStage, buffer: { type, ...moves } };
  });
}

const layoutsOfDevice = new WeakMap<Device, Map<string, GPUPipelineLayout>>();

/** Pipeline layouts by what is bound and use of the step number, made once per device. */
export function pipelineLayouts(
  device: Device,
): (kernel: Kernel, dynamic: readonly number[]) => GPUPipelineLayout {
  let known = layoutsOfDevice.get(device);
  if (known === undefined) {
    known = new Map();
    layoutsOfDevice.set(device, known);
  }
  return (kernel, dynamic) => {
    const key = `${kernel.regions.length}${kernel.numbers === undefined ? '' : 'n'}${kernel.usesStepIndex ? 's' : ''} ${dynamic.join()}`;
    let layout = known.get(key);
    if (layout === undefined) {
      const groups = [device.bindGroupLayout(groupEntries(kernel, dynamic))];
      if (kernel.usesStepIndex) groups.push(device.bindGroupLayout(stepLayoutEntries));
      layout = device.gpu.createPipelineLayout({ bindGroupLayouts: groups });
      known.set(key, layout);
    }
    return layout;
  };
}

/** A kernel's module with the layouts of what it binds. */
export function warmedModule(kernel: Kernel, dynamic: readonly number[]): WarmedModule {
  const { label, wgsl, usesStepIndex } = kernel;
  return {
    label,
    wgsl,
    groups: [groupEntries(kernel, dynamic), ...(usesStepIndex ? [stepLayoutEntries] : [])],
  };
}
