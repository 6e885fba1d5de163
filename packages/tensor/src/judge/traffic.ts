/** @file The bytes that a kernel's loads and stores ask for. */
import type { Device } from '../device/index.ts';
import type { EmittedKernel } from '../kernels/contraction.ts';
import { LoneKernel } from './lone-kernel.ts';
import { watchWords } from './module.ts';
import type { KernelTask } from './task.ts';

/**
 * Bytes that one launch loads and stores through the contract's functions, each load counted as often as it is made: exact, counted while it
 * runs. Beside the bytes that have to move it tells how much reuse a kernel finds in its registers. A count wraps at 2³² elements.
 */
export async function issuedBytes(device: Device, task: KernelTask, kernel: EmittedKernel): Promise<number> {
  const counted = (await LoneKernel.make(device, task, kernel, { watch: 'traffic' }))!;
  try {
    counted.load({
      a: new Float32Array(task.a.length),
      b: new Float32Array(task.b.length),
      before: 'poison',
    });
    await counted.run();
    const { watch } = await counted.leftBehind();
    return 4 * (watch![watchWords.loadsOfA]! + watch![watchWords.loadsOfB]! + watch![watchWords.stores]!);
  } finally {
    counted.destroy();
  }
}
