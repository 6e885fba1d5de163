import { DeviceUsageError } from './errors.ts';
import type { Allocation, ByteClass, Ledger } from './ledger.ts';

/** What a new buffer is to be. Either `class` or `classes` says what its bytes are for. */
export type BufferRequest = BufferSize & (OneClass | SeveralClasses);

interface BufferSize {
  /** A positive multiple of 4, as WebGPU's copies need it. */
  readonly bytes: number;
  /** Bits of {@link bufferUsage}; kernels and copies in both directions when absent. */
  readonly usage?: number;
  /** What the ledger and error messages call it. */
  readonly label: string;
  /**
   * The buffer is only ever bound in ranges within `maxStorageBufferBindingSize`, so that it may itself be larger,
   * up to `maxBufferSize`. (lavapipe binds 128 MiB at most, of buffers up to 4 GiB.)
   */
  readonly boundInParts?: boolean;
  /** Map it for writing until `gpu.unmap()` is called. */
  readonly mappedAtCreation?: boolean;
}

interface OneClass {
  readonly class: ByteClass;
  readonly classes?: never;
}

/** For arenas: bytes by class, which add up to `bytes`. */
interface SeveralClasses {
  readonly class?: never;
  readonly classes: Readonly<Partial<Record<ByteClass, number>>>;
}

/** What a buffer needs of its device. */
interface BufferOwner {
  /** Does something when all that was asked for before has been done. */
  readonly inTurn: (job: () => void) => void;
  readonly whenDestroyed: () => void;
}

/** A GPU buffer that the ledger knows of, until it is destroyed. */
export class LedgerBuffer {
  readonly gpu: GPUBuffer;
  readonly allocation: Allocation;
  readonly #ledger: Ledger;
  readonly #device: BufferOwner;
  #destroyed = false;
  #freed = false;
  #written = false;

  /** Made by Device.createBuffer() only. */
  constructor(gpu: GPUBuffer, allocation: Allocation, ledger: Ledger, device: BufferOwner) {
    this.gpu = gpu;
    this.allocation = allocation;
    this.#ledger = ledger;
    this.#device = device;
  }

  get bytes(): number {
    return this.allocation.bytes;
  }

  get label(): string {
    return this.allocation.label;
  }

  /** Whether destroy() was called. */
  get destroyed(): boolean {
    return this.#destroyed;
  }

  /** Whether its memory is gone: after destroy(), and after the runs that were asked for before it. */
  get freed(): boolean {
    return this.#freed;
  }

  /** Whether anything was ever written to it, or a plan that writes to it was made; until then it holds zeros. */
  get written(): boolean {
    return this.#written;
  }

  markWritten(): void {
    this.#written = true;
  }

  /** Frees its memory as soon as a run under way and submitted work no longer need it. Destroying it twice does nothing. */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#device.inTurn(() => {
      this.#freed = true;
      this.gpu.destroy();
      this.#ledger.free(this.allocation);
      this.#device.whenDestroyed();
    });
  }

  /** @throws {DeviceUsageError} unless `offset … offset + bytes` lies inside a live buffer. */
  checkRange(asked: string, offset: number, bytes: number): void {
    if (this.#destroyed) {
      throw new DeviceUsageError(
        `${asked} was asked of the buffer '${this.label}', which has been destroyed.`,
      );
    }
    const whole = Number.isSafeInteger(offset) && Number.isSafeInteger(bytes);
    if (!whole || offset < 0 || bytes < 0 || offset + bytes > this.bytes) {
      throw new DeviceUsageError(
        `${asked} of ${bytes} bytes at offset ${offset} was asked of the buffer '${this.label}', which has ` +
          `${this.bytes} bytes. Ask for a range inside it.`,
      );
    }
  }
}
