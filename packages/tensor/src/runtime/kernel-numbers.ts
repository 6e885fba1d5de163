import type { Kernel } from '../compile/fusions/fusion-kernel.ts';
import type { Program } from '../compile/program.ts';
import { numbersLayout } from '../compile/shared-modules.ts';
import type { LedgerBuffer } from '../device/buffer.ts';
import type { Device } from '../device/device.ts';
import { bufferUsage } from '../device/usage.ts';

/** A uniform buffer of numbers. */
export interface BoundNumbers {
  readonly buffer: LedgerBuffer;
  /** Where each kernel's begin, in bytes. */
  readonly offsets: readonly (number | undefined)[];
}

/** The numbers of kernels with shared modules: one small uniform buffer, written once. */
export function numbersOf(device: Device, program: Program, label: string | undefined) {
  const { bytes, offsets } = numbersLayout(program.kernels);
  if (bytes === 0) return undefined;
  const buffer = device.createBuffer({
    bytes,
    usage: bufferUsage.uniform | bufferUsage.copyDestination,
    label: `numbers of ${label ?? 'a plan'}`,
    class: 'constants',
  });
  const bindings = new Map<Kernel, GPUBufferBinding>();
  const words = new Uint32Array(bytes / 4);
  program.kernels.forEach((kernel, k) => {
    const offset = offsets[k];
    if (kernel.numbers === undefined || offset === undefined) return;
    words.set(kernel.numbers, offset / 4);
    bindings.set(kernel, { buffer: buffer.gpu, offset, size: 16 * Math.ceil(kernel.numbers.length / 4) });
  });
  device.write(buffer, words);
  return { buffer, offsets, bindings };
}
