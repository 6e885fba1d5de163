import type { LedgerBuffer } from './buffer.ts';
import type { BufferFactory } from './buffer-factory.ts';
import { GpuInternalError } from './errors.ts';
import { pollWithBackOff } from './polling.ts';
import { largestPartBytes, StagingPool } from './staging.ts';
import { bufferUsage, mapModeRead } from './usage.ts';

/** Where a read asks what went wrong. */
export interface ReadBackFaults {
  /** Throws what is known to have gone wrong on the device. */
  readonly settle: () => Promise<void>;
  /** Waits for a loss of which a failure may have been the first sign. */
  readonly lossAfterFailure: () => Promise<void>;
}

/** Copies bytes back through its own buffers; the caller ensures the order. */
export class ReadBack {
  readonly #gpu: GPUDevice;
  readonly #runsOnHost: boolean;
  readonly #faults: ReadBackFaults;
  readonly #staging: StagingPool;

  /** @param runsOnHost whether the adapter is software, which waiting may not keep from its work */
  constructor(gpu: GPUDevice, buffers: BufferFactory, runsOnHost: boolean, faults: ReadBackFaults) {
    this.#gpu = gpu;
    this.#runsOnHost = runsOnHost;
    this.#faults = faults;
    const usage = bufferUsage.mapRead | bufferUsage.copyDestination;
    this.#staging = new StagingPool((bytes) =>
      buffers.create({ label: 'read-back staging', bytes, usage, class: 'staging' }, true),
    );
  }

  /** A range of a buffer as it stands after all submitted work. @throws as Device.read() does */
  async read(buffer: LedgerBuffer, offset: number, bytes: number): Promise<ArrayBuffer> {
    const result = new ArrayBuffer(bytes);
    try {
      for (let done = 0; done < bytes; done += largestPartBytes) {
        const part = new Uint8Array(result, done, Math.min(largestPartBytes, bytes - done));
        await this.#readPart(buffer, offset + done, part);
      }
    } catch (error) {
      await this.#faults.settle();
      await this.#faults.lossAfterFailure();
      await this.#faults.settle();
      throw error;
    }
    await this.#faults.settle();
    return result;
  }

  /** Copies `target.byteLength` bytes from `offset` on; WebGPU copies whole words, so the ends are cut off here. */
  async #readPart(buffer: LedgerBuffer, offset: number, target: Uint8Array): Promise<void> {
    const start = Math.floor(offset / 4) * 4;
    const length = Math.ceil((offset + target.byteLength) / 4) * 4 - start;
    const staging = this.#staging.take(length);
    try {
      const encoder = this.#gpu.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer.gpu, start, staging.gpu, 0, length);
      this.#gpu.queue.submit([encoder.finish()]);
      await pollWithBackOff(staging.gpu.mapAsync(mapModeRead, 0, length), this.#runsOnHost);
      target.set(new Uint8Array(staging.gpu.getMappedRange(0, length), offset - start, target.byteLength));
      staging.gpu.unmap();
    } catch (error) {
      staging.destroy();
      throw new GpuInternalError(
        `reading ${target.byteLength} bytes of '${buffer.label}': ${error instanceof Error ? error.message : error}`,
      );
    }
    this.#staging.give(staging);
  }

  /** Destroys what lies idle. */
  clear(): void {
    this.#staging.clear();
  }
}
