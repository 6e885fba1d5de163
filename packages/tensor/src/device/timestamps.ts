/**
 * GPU time of compute passes, from timestamp queries.
 *
 * By default hosts round timestamps for privacy: Dawn to multiples of 65 536 ns (measured on lavapipe and
 * SwiftShader, where with `timestampQuantization: false` single nanoseconds are seen). Timestamps cost a pass
 * boundary each, so time a few large passes rather than every dispatch.
 */
import type { LedgerBuffer } from './buffer.ts';
import type { Device } from './device.ts';
import { DeviceUsageError } from './errors.ts';
import { bufferUsage } from './usage.ts';

const bytesPerTimestamp = 8;
/** WebGPU's upper limit for one query set. */
const largestCapacity = 2048;

/** How long one pass took on the GPU's own clock. */
export interface PassSpan {
  readonly label: string;
  /** Nanoseconds; absent when the driver's clock was reset in between, so that the end precedes the beginning. */
  readonly ns: number | undefined;
}

/**
 * Times up to `capacity` passes between two calls of spans().
 *
 * ```ts
 * const timer = PassTimer.make(device, 1);
 * const pass = encoder.beginComputePass(timer && { timestampWrites: timer.next('matmul') });
 * …; pass.end(); timer?.resolve(encoder); device.submit(encoder.finish());
 * const [matmul] = (await timer?.spans()) ?? [];
 * ```
 */
export class PassTimer {
  readonly capacity: number;
  /** False when the device was opened with `timestampQuantization: false`; otherwise assume that the host rounds. */
  readonly quantised: boolean;
  readonly #device: Device;
  readonly #queries: GPUQuerySet;
  readonly #resolved: LedgerBuffer;
  readonly #labels: string[] = [];

  private constructor(device: Device, capacity: number) {
    this.capacity = capacity;
    this.quantised = device.toggles.timestampQuantization;
    this.#device = device;
    this.#queries = device.gpu.createQuerySet({ type: 'timestamp', count: 2 * capacity });
    this.#resolved = device.createBuffer({
      label: 'timestamps',
      bytes: 2 * capacity * bytesPerTimestamp,
      usage: bufferUsage.queryResolve | bufferUsage.copySource,
      class: 'staging',
    });
  }

  /** A timer, or undefined when the device has no `timestamp-query`. Destroy it when done. */
  static make(device: Device, capacity: number): PassTimer | undefined {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > largestCapacity) {
      throw new DeviceUsageError(
        `A timer for ${capacity} passes was asked for; one timer serves 1 to ${largestCapacity} passes.`,
      );
    }
    return device.features.has('timestamp-query') ? new PassTimer(device, capacity) : undefined;
  }

  /** The descriptor for the next pass. */
  next(label = `pass ${this.#labels.length}`): GPUComputePassTimestampWrites {
    if (this.#labels.length === this.capacity) {
      throw new DeviceUsageError(
        `A pass '${label}' was to be timed by a timer for ${this.capacity} passes that is full. Read its spans() ` +
          'first, or open it with a larger capacity.',
      );
    }
    const index = 2 * this.#labels.length;
    this.#labels.push(label);
    return { querySet: this.#queries, beginningOfPassWriteIndex: index, endOfPassWriteIndex: index + 1 };
  }

  /** Encodes the collection of all passes so far; call it after the last timed pass. */
  resolve(encoder: GPUCommandEncoder): void {
    if (this.#labels.length === 0) return;
    encoder.resolveQuerySet(this.#queries, 0, 2 * this.#labels.length, this.#resolved.gpu, 0);
  }

  /** The spans of all passes since the last call, in order; waits for the queue. The timer is empty afterwards. */
  async spans(): Promise<readonly PassSpan[]> {
    const labels = this.#labels.splice(0);
    if (labels.length === 0) return [];
    const bytes = await this.#device.read(this.#resolved, 0, 2 * labels.length * bytesPerTimestamp);
    const times = new BigUint64Array(bytes);
    return labels.map((label, index) => {
      const begin = times[2 * index] as bigint;
      const end = times[2 * index + 1] as bigint;
      return { label, ns: end >= begin ? Number(end - begin) : undefined };
    });
  }

  destroy(): void {
    this.#queries.destroy();
    this.#resolved.destroy();
  }
}
