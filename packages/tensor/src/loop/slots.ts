/** @file Many copies of one size: saved checkpoints, or the residuals of all steps. */
import type { LedgerBuffer } from '../device/buffer.ts';
import type { Device } from '../device/device.ts';
import { bufferUsage } from '../device/usage.ts';
import type { ByteCounts } from '../runtime/byte-counts.ts';
import type { DeviceAction } from './sequencer.ts';

/** Copies of one size, in as few buffers as the adapter allows. */
export class Slots {
  readonly slotBytes: number;
  readonly #perBuffer: number;
  readonly #buffers: readonly LedgerBuffer[];

  constructor(device: Device, slotBytes: number, count: number, classes: ByteCounts, label: string) {
    this.slotBytes = slotBytes;
    this.#perBuffer = Math.max(1, Math.floor(Math.min(device.limits.maxBufferSize, 2 ** 30) / slotBytes));
    const buffers: LedgerBuffer[] = [];
    for (let first = 0; first < count; first += this.#perBuffer) {
      const own = Math.min(this.#perBuffer, count - first);
      buffers.push(
        device.createBuffer({
          bytes: own * slotBytes,
          usage: bufferUsage.copySource | bufferUsage.copyDestination,
          label,
          classes: scaleBytes(classes, own),
        }),
      );
    }
    this.#buffers = buffers;
  }

  save(slot: number, from: LedgerBuffer, offset = 0, bytes = from.bytes): DeviceAction {
    const { buffer, start } = this.#place(slot);
    return { kind: 'copy', from, fromOffset: 0, to: buffer, toOffset: start + offset, bytes };
  }

  load(slot: number, to: LedgerBuffer, offset = 0, bytes = to.bytes): DeviceAction {
    const { buffer, start } = this.#place(slot);
    return { kind: 'copy', from: buffer, fromOffset: start + offset, to, toOffset: 0, bytes };
  }

  #place(slot: number): { buffer: LedgerBuffer; start: number } {
    const buffer = this.#buffers[Math.floor(slot / this.#perBuffer)]!;
    return { buffer, start: (slot % this.#perBuffer) * this.slotBytes };
  }

  destroy(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }
}

export function scaleBytes(counts: ByteCounts, factor: number): ByteCounts {
  return Object.fromEntries(Object.entries(counts).map(([name, bytes]) => [name, bytes * factor]));
}
