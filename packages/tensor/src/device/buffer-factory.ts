/** @file Makes buffers: checks their sizes, enters them in the ledger, and asks the driver whether it has the memory. */
import { type BufferRequest, LedgerBuffer } from './buffer.ts';
import { callSite } from './call-site.ts';
import { BufferTooLargeError, DeviceUsageError, OutOfMemoryError } from './errors.ts';
import type { Ledger } from './ledger.ts';
import type { DeviceLimits } from './limits.ts';
import { bufferUsage, storageUsage } from './usage.ts';
import type { DeviceVerdicts } from './verdicts.ts';

/** What the buffers of a device are made with. */
interface BufferFactoryParts {
  readonly gpu: GPUDevice;
  readonly adapterName: string;
  readonly limits: DeviceLimits;
  readonly ledger: Ledger;
  readonly verdicts: DeviceVerdicts;
  /** Does something when all that was asked for before has been done. */
  readonly inTurn: (job: () => void) => void;
}

/** Creates the buffers of a device and tracks those that have not been destroyed. */
export class BufferFactory {
  readonly #parts: BufferFactoryParts;
  readonly #buffers = new Set<LedgerBuffer>();

  constructor(parts: BufferFactoryParts) {
    this.#parts = parts;
  }

  /**
   * A zeroed buffer, entered in the ledger; whether there was memory for it is a verdict that comes in later.
   * @param pooled whether it is the library's own, kept for reuse: not a leak if it is not destroyed
   */
  create(request: BufferRequest, pooled: boolean): LedgerBuffer {
    const { bytes, label } = request;
    const usage = request.usage ?? storageUsage;
    this.#checkSize(request, usage);
    const allocation = this.#parts.ledger.allocate({
      label,
      bytes,
      classes: request.classes ?? { [request.class]: bytes },
      site: callSite(),
      pooled,
    });
    const liveBefore = this.#parts.ledger.live - bytes;
    this.#parts.gpu.pushErrorScope('out-of-memory');
    let gpuBuffer: GPUBuffer;
    try {
      gpuBuffer = this.#parts.gpu.createBuffer({
        label,
        size: bytes,
        usage,
        mappedAtCreation: request.mappedAtCreation ?? false,
      });
    } catch (error) {
      // mappedAtCreation without memory for the mapping is the one case in which WebGPU throws at once.
      this.#parts.ledger.free(allocation);
      this.#parts.verdicts.await(this.#parts.gpu.popErrorScope().then(() => undefined));
      throw new OutOfMemoryError(
        label,
        bytes,
        liveBefore,
        error instanceof Error ? error.message : String(error),
      );
    }
    const buffer = new LedgerBuffer(gpuBuffer, allocation, this.#parts.ledger, {
      inTurn: this.#parts.inTurn,
      whenDestroyed: () => this.#buffers.delete(buffer),
    });
    this.#buffers.add(buffer);
    this.#parts.verdicts.await(
      this.#parts.gpu.popErrorScope().then((error) => {
        if (error === null) return;
        buffer.destroy();
        this.#parts.verdicts.add(new OutOfMemoryError(label, bytes, liveBefore, error.message));
      }),
    );
    return buffer;
  }

  #checkSize(request: BufferRequest, usage: number): void {
    const { bytes, label } = request;
    if (!Number.isSafeInteger(bytes) || bytes <= 0 || bytes % 4 !== 0) {
      throw new DeviceUsageError(
        `The buffer '${label}' asks for ${bytes} bytes; a buffer has a positive multiple of 4 bytes.`,
      );
    }
    const { maxBufferSize, maxStorageBufferBindingSize } = this.#parts.limits;
    if (bytes > maxBufferSize) {
      throw new BufferTooLargeError(label, bytes, 'maxBufferSize', maxBufferSize, this.#parts.adapterName);
    }
    const boundWhole = (usage & bufferUsage.storage) !== 0 && request.boundInParts !== true;
    if (boundWhole && bytes > maxStorageBufferBindingSize) {
      const limit = maxStorageBufferBindingSize;
      throw new BufferTooLargeError(
        label,
        bytes,
        'maxStorageBufferBindingSize',
        limit,
        this.#parts.adapterName,
      );
    }
  }

  /** Destroys the remaining buffers. */
  destroyAll(): void {
    for (const buffer of [...this.#buffers]) buffer.destroy();
  }
}
