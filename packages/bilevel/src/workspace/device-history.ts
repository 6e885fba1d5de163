/** @file Copies of some arrays on a device, in as few buffers as the adapter allows. */
import { type Device, type DeviceArray, elementCount } from '@longhorizon/tensor';
import { addBytes, type ByteCounts, type DeviceAction } from '@longhorizon/tensor/compiler';
import type { LedgerBuffer } from '@longhorizon/tensor/device';
import type { History } from './workspace.ts';

const bytesOf = (history: History): number =>
  history.like.reduce((bytes, { shape }) => bytes + 4 * elementCount(shape), 0);

export class DeviceHistory {
  readonly #entryBytes: number;
  readonly #perBuffer: number;
  readonly #buffers: readonly LedgerBuffer[];

  constructor(device: Device, history: History) {
    this.#entryBytes = bytesOf(history);
    // Beyond 1 GiB a single buffer gains nothing, and drivers differ in what they can give in one piece.
    this.#perBuffer = Math.max(
      1,
      Math.floor(Math.min(device.limits.maxBufferSize, 2 ** 30) / this.#entryBytes),
    );
    const buffers: LedgerBuffer[] = [];
    try {
      for (let first = 0; first < history.count; first += this.#perBuffer) {
        const bytes = Math.min(this.#perBuffer, history.count - first) * this.#entryBytes;
        buffers.push(
          device.createBuffer({
            bytes,
            boundInParts: true,
            label: history.name,
            class: 'trajectory',
          }),
        );
      }
    } catch (error) {
      for (const buffer of buffers) buffer.destroy();
      throw error;
    }
    this.#buffers = buffers;
  }

  static bytes(history: History): ByteCounts {
    return addBytes({ trajectory: history.count * bytesOf(history) });
  }

  /** The copies that save arrays in an entry, or load them from it. */
  *move(kind: 'save' | 'load', entry: number, arrays: readonly DeviceArray[]): Generator<DeviceAction> {
    const buffer = this.#buffers[Math.floor(entry / this.#perBuffer)]!;
    let offset = (entry % this.#perBuffer) * this.#entryBytes;
    for (const array of arrays) {
      const bytes = 4 * elementCount(array.shape);
      yield kind === 'save'
        ? { kind: 'copy', from: array.buffer, fromOffset: array.offset, to: buffer, toOffset: offset, bytes }
        : { kind: 'copy', from: buffer, fromOffset: offset, to: array.buffer, toOffset: array.offset, bytes };
      offset += bytes;
    }
  }

  destroy(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }
}
