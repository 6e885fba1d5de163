/**
 * @file The number of the running step, as kernels see it. One small uniform buffer holds the numbers of the next steps; a step
 * selects its own by a dynamic offset, so that a step costs no upload. The numbers are written again once per submission.
 */
import type { LedgerBuffer } from '../device/buffer.ts';
import type { Device } from '../device/device.ts';
import { bufferUsage, computeStage } from '../device/usage.ts';

const slotBytes = 256;

export const stepLayoutEntries: readonly GPUBindGroupLayoutEntry[] = [
  {
    binding: 0,
    visibility: computeStage,
    buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: 16 },
  },
];

export class StepClock {
  readonly slots: number;
  readonly group: GPUBindGroup;
  readonly #device: Device;
  readonly #buffer: LedgerBuffer;
  readonly #words: Uint32Array<ArrayBuffer>;

  /** @param slots steps that one submission may hold */
  constructor(device: Device, slots: number) {
    this.#device = device;
    this.slots = slots;
    this.#buffer = device.createBuffer({
      bytes: StepClock.bytes(slots),
      usage: bufferUsage.uniform | bufferUsage.copyDestination,
      label: 'step numbers',
      class: 'scratch',
    });
    this.#words = new Uint32Array(this.#buffer.bytes / 4);
    this.group = device.gpu.createBindGroup({
      layout: device.bindGroupLayout(stepLayoutEntries),
      entries: [{ binding: 0, resource: { buffer: this.#buffer.gpu, offset: 0, size: 16 } }],
    });
  }

  static bytes(slots: number): number {
    return slots * slotBytes;
  }

  /** For the run that has its turn: sets the numbers of its next submission: slot first + k holds `numbers[k]`. */
  set(numbers: readonly number[], first = 0): void {
    numbers.forEach((number, k) => {
      this.#words[((first + k) * slotBytes) / 4] = number;
    });
    const range = this.#words.subarray((first * slotBytes) / 4, ((first + numbers.length) * slotBytes) / 4);
    if (numbers.length > 0) this.#device.writeWithinRun(this.#buffer, range, first * slotBytes);
  }

  offset(slot: number): number {
    return slot * slotBytes;
  }

  destroy(): void {
    this.#buffer.destroy();
  }
}
