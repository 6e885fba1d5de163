/** @file Several arrays in one buffer, so that all of them are saved and restored by one copy. */

import { offsetAlignment } from '../compile/memory.ts';
import type { LedgerBuffer } from '../device/buffer.ts';
import type { Device } from '../device/device.ts';
import type { ByteClass } from '../device/ledger.ts';
import { elementCount, type Shape } from '../graph/shape.ts';
import type { DType } from '../graph/tensor.ts';
import { type ArrayPlace, DeviceArray } from '../runtime/device-array.ts';

export interface ArraySpec {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly class: ByteClass;
}

/** Where each of several arrays lies in one buffer, in bytes, and what the buffer holds by class. */
export interface PackedLayout {
  readonly offsets: readonly number[];
  readonly bytes: number;
  readonly classes: Readonly<Partial<Record<ByteClass, number>>>;
}

/**
 * Each array starts at a multiple of `alignment` bytes; the gaps are padding.
 *
 * @param alignment what the adapter binds at; 256 is a multiple of it on every adapter
 */
export function packLayout(
  specs: readonly ArraySpec[],
  overrideClass?: ByteClass,
  alignment: number = offsetAlignment,
): PackedLayout {
  const classes: Partial<Record<ByteClass, number>> = {};
  const offsets: number[] = [];
  let end = 0;
  let used = 0;
  for (const spec of specs) {
    offsets.push(end);
    const bytes = 4 * elementCount(spec.shape);
    const own = overrideClass ?? spec.class;
    if (bytes > 0) classes[own] = (classes[own] ?? 0) + bytes;
    used += bytes;
    end += Math.max(1, Math.ceil(bytes / alignment)) * alignment;
  }
  if (end > used) classes.padding = (classes.padding ?? 0) + end - used;
  return { offsets, bytes: end, classes };
}

/** The arrays of a layout, which begins where a buffer does. */
export function arraysWithin(
  device: Device,
  specs: readonly ArraySpec[],
  { offsets }: PackedLayout,
  buffer: LedgerBuffer,
): readonly DeviceArray[] {
  return specs.map(
    ({ shape, dtype }, k) =>
      new DeviceArray(device, shape, { dtype, within: { buffer, offset: offsets[k]! } }),
  );
}

/** The arrays of a layout in a buffer of their own. */
export class PackedArrays {
  readonly buffer: LedgerBuffer;
  readonly arrays: readonly DeviceArray[];
  readonly layout: PackedLayout;
  /** Where the first array begins. */
  readonly start: ArrayPlace;

  constructor(
    device: Device,
    specs: readonly ArraySpec[],
    label: string,
    overrideClass?: ByteClass,
    alignment?: number,
  ) {
    this.layout = packLayout(specs, overrideClass, alignment);
    this.buffer = device.createBuffer({
      bytes: this.layout.bytes,
      label,
      classes: this.layout.classes,
      boundInParts: true,
    });
    this.start = { buffer: this.buffer, offset: 0 };
    this.arrays = arraysWithin(device, specs, this.layout, this.buffer);
  }

  destroy(): void {
    this.buffer.destroy();
  }
}
