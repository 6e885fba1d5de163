/**
 * @file Two kernels for one job. A large program begins with starters, which compile in a third of the time and run at half the speed;
 * meanwhile the second device compiles the kernels that run fast, the one with the most work first, and each takes its
 * starter's place when it is ready. Both add every sum in the same order, so nobody can tell from a result which of them ran.
 */
import type { Program } from '../compile/program.ts';
import type { Kernel } from '../compile/units/unit-kernel.ts';
import type { Device } from '../device/device.ts';
import { Compiler } from './compiler.ts';
import { pipelineLayouts } from './pipeline-layouts.ts';

/**
 * Begins and returns at once.
 *
 * @param replace called between two runs, with the dispatch's number, for each kernel that has a starter
 * @param isWanted false when the program is no longer in use
 */
export function exchangeStarters(
  device: Device,
  { kernels, starters }: Program,
  replace: (dispatch: number, pipeline: GPUComputePipeline) => void,
  isWanted: () => boolean,
): void {
  if (starters === undefined) return;
  const modules = new Map<string, { readonly kernel: Kernel; readonly dispatches: number[]; work: number }>();
  for (const [k, kernel] of kernels.entries()) {
    if (kernel === starters[k]) continue;
    const module = modules.get(kernel.wgsl) ?? { kernel, dispatches: [], work: 0 };
    modules.set(kernel.wgsl, module);
    module.dispatches.push(k);
    module.work += kernel.operations;
  }
  const layoutOf = pipelineLayouts(device);
  for (const { kernel, dispatches } of [...modules.values()].sort((a, b) => b.work - a.work))
    device.second?.useLater(async (opening, isOpen) => {
      if (!isWanted()) return;
      // The first steps have the processor for themselves.
      await device.workDone();
      const compiler = await opening.then((second) => new Compiler(second)).catch(() => undefined);
      try {
        await compiler?.compile(kernel, await compiler.pipeline(kernel));
      } finally {
        compiler?.destroy();
      }
      if (!isOpen() || !isWanted()) return;
      const pipeline = await device.pipeline(kernel.wgsl, { label: kernel.label, layout: layoutOf(kernel) });
      if (isWanted()) for (const dispatch of dispatches) replace(dispatch, pipeline);
    });
}
