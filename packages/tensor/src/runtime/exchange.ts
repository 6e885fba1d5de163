/**
 * @file Two kernels for one job. A large program begins with kernels that compile in a third of the time and run at half the speed; meanwhile
 * the second device compiles their replacements, the one with the most work first, and each takes its place when it is
 * ready. Both add every sum in the same order, so nobody can tell from a result which of them ran.
 */
import type { Program } from '../compile/program.ts';
import type { Kernel } from '../compile/units/unit-kernel.ts';
import type { Device } from '../device/device.ts';
import { Compiler } from './compiler.ts';
import { pipelineLayouts } from './pipeline-layouts.ts';

export interface Exchange {
  /** Called between two runs, for each dispatch that gets another kernel. */
  readonly replace: (dispatch: number, kernel: Kernel, pipeline: GPUComputePipeline) => void;
  /** False when the program is no longer in use. */
  readonly isWanted: () => boolean;
}

/** Dispatches that get the same module, and how much work they do. */
interface Replacement {
  readonly kernel: Kernel;
  readonly dispatches: [number, Kernel][];
  work: number;
}

/** Writing the text of the replacements keeps the host's thread busy for about as long. */
const pauseMs = 50;

/** Begins where there are replacements, and returns at once. */
export function exchangeKernels(device: Device, program: Program, { replace, isWanted }: Exchange): void {
  const { second } = device;
  if (program.replacements === undefined || second === undefined) return;
  const layoutOf = pipelineLayouts(device);
  second.useLater(async () => {
    // The first step has the processor for itself, and so has whoever reads its results.
    await device.workDone();
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    if (!isWanted()) return;
    for (const { kernel, dispatches } of replacementsOf(program))
      second.useLater(async (opening, isOpen) => {
        if (!isWanted()) return;
        // The cache hands on what the second device compiled; without it, the first compiles when it first dispatches.
        await opening.then((other) => compileOn(other, kernel)).catch(() => {});
        if (!isOpen() || !isWanted()) return;
        const pipeline = await device.pipeline(kernel.wgsl, {
          label: kernel.label,
          layout: layoutOf(kernel),
        });
        if (isWanted()) for (const [dispatch, own] of dispatches) replace(dispatch, own, pipeline);
      });
  });
}

function replacementsOf({ kernels, replacements }: Program): readonly Replacement[] {
  const modules = new Map<string, Replacement>();
  for (const [k, kernel] of replacements!().entries()) {
    if (kernel.wgsl === kernels[k]!.wgsl) continue;
    const module = modules.get(kernel.wgsl) ?? { kernel, dispatches: [], work: 0 };
    modules.set(kernel.wgsl, module);
    module.dispatches.push([k, kernel]);
    module.work += kernel.operations;
  }
  return [...modules.values()].sort((a, b) => b.work - a.work);
}

async function compileOn(device: Device, kernel: Kernel): Promise<void> {
  const compiler = new Compiler(device);
  try {
    await compiler.compile(kernel, await compiler.pipeline(kernel));
  } finally {
    compiler.destroy();
  }
}
