/** @file Whether an adapter can bind what a program's kernels read and write, and a plan the arrays that it is given. */
import type { Program } from '../compile/program.ts';
import { regionBytes } from '../compile/storage.ts';
import type { Device } from '../device/device.ts';
import { BufferTooLargeError, DeviceUsageError } from '../device/errors.ts';
import { describeValue } from '../graph/describe-value.ts';
import { ShapeError, sameShape, showShape } from '../graph/shape.ts';
import type { ArrayForm } from './byte-counts.ts';
import { DeviceArray } from './device-array.ts';

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

/**
 * Refuses what cannot be bound where a program has an array.
 *
 * @throws TypeError for what is no device array
 * @throws ShapeError for one of another shape or type
 * @throws DeviceUsageError for one of another device
 */
export function checkBound(given: unknown, { dtype, shape }: ArrayForm, device: Device): void {
  const wanted = `${dtype}${showShape(shape)}`;
  if (!(given instanceof DeviceArray))
    throw new TypeError(
      `plan: ${describeValue(given)} was bound where the program has ${wanted}; bind an array on the device, made with DeviceArray.from.`,
    );
  if (!sameShape(given.shape, shape) || given.dtype !== dtype)
    throw new ShapeError(
      `plan: an array of ${given.dtype}${showShape(given.shape)} was bound where the program has ${wanted}; bind an array of that type and shape.`,
    );
  if (given.device !== device)
    throw new DeviceUsageError(
      `plan: the array '${given.buffer.label}' lies on another device than the plan; make it with DeviceArray.from on this one.`,
    );
}
