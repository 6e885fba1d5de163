/** @file Many rows of one size: saved states, or the residuals of all steps, where kernels read and write them. */
import type { LedgerBuffer } from '../device/buffer.ts';
import type { Device } from '../device/device.ts';
import type { ByteCounts } from '../runtime/byte-counts.ts';
import type { ArrayPlace } from '../runtime/device-array.ts';

/** Rows of one size, in as few buffers as the adapter allows. */
export class Slots {
  readonly slotBytes: number;
  readonly #perBuffer: number;
  readonly #buffers: readonly LedgerBuffer[];
  /** By the offset of the part. */
  readonly #places = new Map<number, ArrayPlace[]>();

  /** @param slotBytes a multiple of 256 */
  constructor(device: Device, slotBytes: number, count: number, classes: ByteCounts, label: string) {
    this.slotBytes = slotBytes;
    // Beyond 1 GiB a single buffer gains nothing, and drivers differ in what they can give in one piece.
    this.#perBuffer = Math.max(1, Math.floor(Math.min(device.limits.maxBufferSize, 2 ** 30) / slotBytes));
    const buffers: LedgerBuffer[] = [];
    try {
      for (let first = 0; first < count; first += this.#perBuffer) {
        const own = Math.min(this.#perBuffer, count - first);
        buffers.push(
          device.createBuffer({
            bytes: own * slotBytes,
            label,
            classes: scaleBytes(classes, own),
            boundInParts: true,
          }),
        );
      }
    } catch (error) {
      for (const buffer of buffers) buffer.destroy();
      throw error;
    }
    this.#buffers = buffers;
  }

  /** Where a row begins, or a part of it. */
  place(slot: number, offset = 0): ArrayPlace {
    let places = this.#places.get(offset);
    if (places === undefined) {
      places = [];
      this.#places.set(offset, places);
    }
    places[slot] ??= {
      buffer: this.#buffers[Math.floor(slot / this.#perBuffer)]!,
      offset: (slot % this.#perBuffer) * this.slotBytes + offset,
    };
    return places[slot];
  }

  destroy(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }
}

export function scaleBytes(counts: ByteCounts, factor: number): ByteCounts {
  return Object.fromEntries(Object.entries(counts).map(([name, bytes]) => [name, bytes * factor]));
}
