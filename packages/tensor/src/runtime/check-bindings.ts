/** @file Whether an adapter can bind what a program's kernels read and write. */
import type { Program } from '../compile/program.ts';
import { regionBytes } from '../compile/storage.ts';
import type { Device } from '../device/device.ts';
import { BufferTooLargeError } from '../device/errors.ts';

/** Refuses what the adapter cannot bind, before anything is allocated. */
export function checkBindings(device: Device, program: Program): void {
  for (const kernel of program.kernels) {
    for (const region of kernel.regions) {
      const bytes = regionBytes(region.elements);
      const limit = device.limits.maxStorageBufferBindingSize;
      if (bytes > limit)
        throw new BufferTooLargeError(
          `${region.label} of ${kernel.label}`,
          bytes,
          'maxStorageBufferBindingSize',
          limit,
          device.adapter.name,
        );
    }
    const most = device.limits.maxStorageBuffersPerShaderStage;
    if (kernel.regions.length > most)
      throw new Error(
        `internal: kernel '${kernel.label}' binds ${kernel.regions.length} buffers, but this adapter allows ${most}.`,
      );
  }
}
