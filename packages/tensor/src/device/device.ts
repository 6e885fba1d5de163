/** An open device: the only way from this library to the GPU. */
import type { AdapterProfile } from '../adapters/profile.ts';
import type { AdapterDescription } from './adapters.ts';
import { type BufferRequest, LedgerBuffer } from './buffer.ts';
import { callSite } from './call-site.ts';
import {
  BufferTooLargeError,
  DeviceClosedError,
  type DeviceError,
  DeviceLostError,
  DeviceUsageError,
  GpuInternalError,
  GpuValidationError,
  OutOfMemoryError,
} from './errors.ts';
import { type Allocation, Ledger } from './ledger.ts';
import { DeviceOrder, type RunQueue } from './order.ts';
import type { PipelineWarmer } from './pipeline-warmer.ts';
import { PipelineCache, type PipelineOptions, type PipelineStatistics } from './pipelines.ts';
import { pollWithBackOff } from './polling.ts';
import { largestPartBytes, StagingPool } from './staging.ts';
import { UploadAccount } from './uploads.ts';
import { bufferUsage, mapModeRead, storageUsage } from './usage.ts';

/** The limits of WebGPU as plain numbers, by their names in the specification. */
export type DeviceLimits = Readonly<Omit<GPUSupportedLimits, '__brand'>>;

/** Dawn's toggles as they were asked for; part of every result record. */
export interface ToggleRecord {
  readonly enabled: readonly string[];
  readonly disabled: readonly string[];
  readonly validation: boolean;
  readonly robustness: boolean;
  readonly timestampQuantization: boolean;
}

/** What openDevice() hands to the constructor. */
export interface DeviceParts {
  readonly gpu: GPUDevice;
  readonly adapter: AdapterDescription;
  readonly profile: AdapterProfile;
  readonly languageFeatures: ReadonlySet<string>;
  readonly toggles: ToggleRecord;
  readonly label: string;
  /** Drops what the device holds of its host; called once, at close(). */
  readonly release: () => void;
  readonly warmer?: PipelineWarmer | undefined;
}

/** What close() found. */
export interface CloseReport {
  /** Buffers that nobody had destroyed. */
  readonly leaks: readonly Allocation[];
}

/**
 * An open GPU and all memory on it: the only way from this library to WebGPU. `ledger` counts every byte of its buffers, by class.
 * What is asked of it happens in the order in which it was asked for. Made by openDevice(); close() it when done.
 *
 * @throws {DeviceClosedError} from every method after close()
 * @throws {DeviceLostError} from every method when the driver or the system took the device away
 * @example
 * ```ts
 * import { DeviceArray, openDevice } from '@longhorizon/tensor';
 *
 * const device = await openDevice();
 * const x = DeviceArray.from(device, [1, 2, 3]);
 * console.assert(device.ledger.withoutStaging.peak === x.bytes, 'three floats in one 16-byte vector');
 * x.destroy();
 * const { leaks } = await device.close();
 * console.assert(leaks.length === 0);
 * ```
 */
export class Device {
  readonly gpu: GPUDevice;
  readonly adapter: AdapterDescription;
  /** What the compiler and the runtime go by on this kind of adapter. */
  readonly profile: AdapterProfile;
  /** What was granted: the adapter's real limits, not WebGPU's defaults. */
  readonly limits: DeviceLimits;
  /** Granted features of use to computing: `subgroups`, `shader-f16`, `timestamp-query`, … */
  readonly features: ReadonlySet<string>;
  /** WGSL extensions of the host, such as `immediate_address_space`. */
  readonly languageFeatures: ReadonlySet<string>;
  readonly toggles: ToggleRecord;
  readonly label: string;
  /** Where it saves time: compiles large programs on a second device of the same adapter. */
  readonly warmer: PipelineWarmer | undefined;
  readonly ledger = new Ledger();
  /** Settles when the device is lost, with `reason` `destroyed` after close(). Never rejects. */
  readonly lost: Promise<DeviceLostError>;

  readonly #order = new DeviceOrder();
  readonly #release: () => void;
  readonly #pipelines: PipelineCache;
  readonly #staging: StagingPool;
  readonly #uploads: UploadAccount;
  readonly #buffers = new Set<LedgerBuffer>();
  /** Answers of error scopes that have not come in yet. */
  readonly #pending = new Set<Promise<void>>();
  /** Resolvers of what would wait for ever if the device were lost. */
  readonly #waiting = new Set<() => void>();
  readonly #reads = new Set<Promise<ArrayBuffer>>();
  readonly #onError = (event: GPUUncapturedErrorEvent) => {
    event.preventDefault();
    this.#collect(event.error);
  };
  #errors: DeviceError[] = [];
  #refusals: string[] = [];
  #lostError: DeviceLostError | undefined;
  #closing: Promise<CloseReport> | undefined;

  /** Made by openDevice() only. */
  constructor(parts: DeviceParts) {
    this.gpu = parts.gpu;
    this.adapter = parts.adapter;
    this.profile = parts.profile;
    this.languageFeatures = parts.languageFeatures;
    this.toggles = parts.toggles;
    this.label = parts.label;
    this.warmer = parts.warmer;
    this.limits = copyLimits(parts.gpu.limits);
    this.features = new Set<string>(parts.gpu.features);
    this.#release = parts.release;
    this.#pipelines = new PipelineCache(parts.gpu, parts.adapter.name);
    this.#staging = new StagingPool((bytes) => this.#createStaging(bytes));
    this.#uploads = new UploadAccount(parts.gpu, this.ledger);
    this.lost = parts.gpu.lost.then((info) => {
      this.#lostError = new DeviceLostError(info.reason, info.message);
      for (const resolve of this.#waiting) resolve();
      return this.#lostError;
    });
    parts.gpu.addEventListener('uncapturederror', this.#onError);
  }

  /** Frees nothing and waits for nothing: true after close() was called. */
  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** @throws {DeviceLostError} when the device is lost. A closed device is not lost. */
  throwIfLost(): void {
    if (this.#lostError !== undefined && !this.closed) throw this.#lostError;
  }

  /**
   * A zeroed buffer, entered in the ledger. If the adapter turns out to have no memory for it, the next idle() or
   * read() throws {@link OutOfMemoryError}; settle() asks for that verdict alone.
   * @throws {BufferTooLargeError} before the driver is asked, when a limit of the adapter forbids it
   * @throws {DeviceUsageError} when the size is not a positive multiple of 4, or the classes do not add up to it
   */
  createBuffer(request: BufferRequest): LedgerBuffer {
    this.#checkUsable(`The buffer '${request.label}'`);
    return this.#create(request, false);
  }

  /**
   * The compute pipeline of a WGSL text, made once per text, entry point, constants and layout.
   * @throws {WgslError} with the line when the text does not compile
   * @throws {PipelineError} when this device cannot run it
   */
  async pipeline(wgsl: string, options: PipelineOptions = {}): Promise<GPUComputePipeline> {
    this.#checkUsable(`The pipeline '${options.label ?? 'unnamed kernel'}'`);
    try {
      const pipeline = await this.#pipelines.get(wgsl, options);
      this.throwIfLost();
      return pipeline;
    } catch (error) {
      await this.#lossMayBeOnItsWay();
      this.throwIfLost();
      throw error;
    }
  }

  /** A bind group layout for compute, made once per list of entries. */
  bindGroupLayout(entries: readonly GPUBindGroupLayoutEntry[]): GPUBindGroupLayout {
    this.#checkUsable('A bind group layout');
    return this.#pipelines.bindGroupLayout(entries);
  }

  /** Counts and times of making pipelines since the device was opened. */
  pipelineStatistics(): PipelineStatistics {
    return this.#pipelines.statistics();
  }

  /**
   * Hands finished command buffers to the queue, in this order; during a run (see inTurn), after it. Faults show at the next idle()
   * or read().
   */
  submit(...commandBuffers: readonly GPUCommandBuffer[]): void {
    this.#checkUsable('A submission');
    this.#order.checkNotEncoding('A submission');
    this.#order.do(() => this.gpu.queue.submit(commandBuffers));
  }

  /**
   * Runs what takes several submissions with waits between them, after all that was asked for before; whatever is asked for
   * meanwhile (reads, writes, submissions, other runs, destroying a buffer, close()) happens after it. So a run that
   * nobody awaited shows no state from its middle.
   * @param run uses the queue that it is given, and nothing else of the device that waits
   */
  inTurn<T>(run: (queue: RunQueue) => Promise<T>): Promise<T> {
    this.#checkUsable('A run');
    this.#order.checkNotEncoding('A run');
    const queue: RunQueue = {
      submit: (commands) => this.gpu.queue.submit([commands]),
      encoding: (advance) => this.#order.encoding(advance),
      idle: () => this.#idle(),
    };
    return this.#order.run(() => run(queue));
  }

  /** Does something when all that was asked for before has been done: at once, unless a run is under way. */
  whenReached(job: () => void): void {
    this.#order.do(job);
  }

  /**
   * Copies bytes into a buffer, ordered on the queue before whatever is submitted later.
   * @param data its length in bytes and the offset are multiples of 4
   */
  write(buffer: LedgerBuffer, data: ArrayBuffer | ArrayBufferView<ArrayBuffer>, offset = 0): void {
    this.#checkUsable(`A write to '${buffer.label}'`);
    buffer.checkRange('A write', offset, data.byteLength);
    if (data.byteLength % 4 !== 0 || offset % 4 !== 0) {
      throw new DeviceUsageError(
        `A write of ${data.byteLength} bytes at offset ${offset} was asked of the buffer '${buffer.label}'; ` +
          'WebGPU writes whole words: make both multiples of 4.',
      );
    }
    if (data.byteLength === 0) return;
    this.#order.checkNotEncoding(`A write to '${buffer.label}'`);
    buffer.markWritten();
    // Whoever asked may change the data before its turn comes.
    const own = this.#order.busy ? copyOf(data) : data;
    this.#order.do(() => this.writeWithinRun(buffer, own, offset));
  }

  /** A write by the run that has its turn, before its next submission; see inTurn(). */
  writeWithinRun(
    buffer: LedgerBuffer,
    data: ArrayBuffer | ArrayBufferView<ArrayBuffer>,
    offset: number,
  ): void {
    this.#uploads.add(data.byteLength);
    this.gpu.queue.writeBuffer(buffer.gpu, offset, data);
  }

  /**
   * Waits for everything asked for so far and copies a range back.
   * @throws what went wrong on the device since the last idle() or read(): lost, out of memory, refused
   */
  async read(buffer: LedgerBuffer, offset = 0, bytes = buffer.bytes - offset): Promise<ArrayBuffer> {
    this.#checkUsable(`A read of '${buffer.label}'`);
    buffer.checkRange('A read', offset, bytes);
    this.#order.checkNotEncoding(`A read of '${buffer.label}'`);
    const reading =
      bytes > largestPartBytes
        ? this.#order.run(() => this.#read(buffer, offset, bytes))
        : new Promise<ArrayBuffer>((resolve, reject) => {
            this.#order.do(() => this.#read(buffer, offset, bytes).then(resolve, reject));
          });
    this.#reads.add(reading);
    try {
      return await reading;
    } finally {
      this.#reads.delete(reading);
    }
  }

  /** Waits for a promise of the queue, such as onSubmittedWorkDone(), without keeping a software adapter from its work. */
  wait<T>(answer: Promise<T>): Promise<T> {
    return pollWithBackOff(answer, this.profile.runsOnHost);
  }

  /** Waits until all submitted work is done, or the device lost; unlike idle() it says nothing of faults. */
  workDone(): Promise<void> {
    return this.#orLost(this.gpu.queue.onSubmittedWorkDone());
  }

  /** Waits until all work asked for is done. @throws as read() does */
  async idle(): Promise<void> {
    this.#checkUsable('idle()');
    if (this.#order.busy) await this.#order.reached();
    await this.#idle();
  }

  async #idle(): Promise<void> {
    await this.workDone();
    await this.#orLost(this.#uploads.settled());
    await this.settle();
  }

  /**
   * Waits for the verdicts on buffers created so far, and throws what is known to have gone wrong. Unlike idle() it
   * does not wait for submitted work.
   */
  async settle(): Promise<void> {
    if (this.#pending.size > 0) await this.#orLost(Promise.all(this.#pending));
    await this.#lossMayBeOnItsWay();
    this.throwIfLost();
    const error = this.#takeError();
    if (error !== undefined) throw error;
  }

  /**
   * Waits for submitted work, destroys every buffer and the device, and lets go of the host, so that the process can
   * end. Calling it again gives the same report.
   * @returns the buffers that nobody had destroyed (they are destroyed now)
   * @throws a fault of the device that no idle() or read() has reported yet; all is released nevertheless
   */
  close(): Promise<CloseReport> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<CloseReport> {
    await this.#order.reached();
    await this.warmer?.close();
    await this.workDone();
    await this.#orLost(Promise.allSettled([...this.#pending, ...this.#reads]));
    const wasLost = this.#lostError !== undefined;
    const report: CloseReport = { leaks: this.ledger.leaks() };
    this.#staging.clear();
    for (const buffer of [...this.#buffers]) buffer.destroy();
    this.#uploads.clear();
    this.#pipelines.clear();
    this.gpu.destroy();
    await this.lost;
    // The host holds its listeners strongly: one that captures this object would keep it, its caches and itself for ever.
    this.gpu.removeEventListener('uncapturederror', this.#onError);
    this.#release();
    const error = this.#takeError();
    if (error !== undefined && !wasLost) throw error;
    return report;
  }

  #create(request: BufferRequest, pooled: boolean): LedgerBuffer {
    const { bytes, label } = request;
    const usage = request.usage ?? storageUsage;
    this.#checkSize(request, usage);
    const allocation = this.ledger.allocate({
      label,
      bytes,
      classes: request.classes ?? { [request.class]: bytes },
      site: callSite(),
      pooled,
    });
    const liveBefore = this.ledger.live - bytes;
    this.gpu.pushErrorScope('out-of-memory');
    let gpuBuffer: GPUBuffer;
    try {
      gpuBuffer = this.gpu.createBuffer({
        label,
        size: bytes,
        usage,
        mappedAtCreation: request.mappedAtCreation ?? false,
      });
    } catch (error) {
      // mappedAtCreation without memory for the mapping is the one case in which WebGPU throws at once.
      this.ledger.free(allocation);
      this.#await(this.gpu.popErrorScope().then(() => undefined));
      throw new OutOfMemoryError(
        label,
        bytes,
        liveBefore,
        error instanceof Error ? error.message : String(error),
      );
    }
    const buffer = new LedgerBuffer(gpuBuffer, allocation, this.ledger, {
      inTurn: (job) => this.#order.do(job),
      whenDestroyed: () => this.#buffers.delete(buffer),
    });
    this.#buffers.add(buffer);
    this.#await(
      this.gpu.popErrorScope().then((error) => {
        if (error === null) return;
        buffer.destroy();
        this.#errors.push(new OutOfMemoryError(label, bytes, liveBefore, error.message));
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
    const { maxBufferSize, maxStorageBufferBindingSize } = this.limits;
    if (bytes > maxBufferSize) {
      throw new BufferTooLargeError(label, bytes, 'maxBufferSize', maxBufferSize, this.adapter.name);
    }
    const boundWhole = (usage & bufferUsage.storage) !== 0 && request.boundInParts !== true;
    if (boundWhole && bytes > maxStorageBufferBindingSize) {
      const limit = maxStorageBufferBindingSize;
      throw new BufferTooLargeError(label, bytes, 'maxStorageBufferBindingSize', limit, this.adapter.name);
    }
  }

  #createStaging(bytes: number): LedgerBuffer {
    const usage = bufferUsage.mapRead | bufferUsage.copyDestination;
    return this.#create({ label: 'read-back staging', bytes, usage, class: 'staging' }, true);
  }

  async #read(buffer: LedgerBuffer, offset: number, bytes: number): Promise<ArrayBuffer> {
    const result = new ArrayBuffer(bytes);
    try {
      for (let done = 0; done < bytes; done += largestPartBytes) {
        const part = new Uint8Array(result, done, Math.min(largestPartBytes, bytes - done));
        await this.#readPart(buffer, offset + done, part);
      }
    } catch (error) {
      await this.settle();
      throw error;
    }
    await this.settle();
    return result;
  }

  /** Copies `target.byteLength` bytes from `offset` on; WebGPU copies whole words, so the ends are cut off here. */
  async #readPart(buffer: LedgerBuffer, offset: number, target: Uint8Array): Promise<void> {
    const start = Math.floor(offset / 4) * 4;
    const length = Math.ceil((offset + target.byteLength) / 4) * 4 - start;
    const staging = this.#staging.take(length);
    try {
      const encoder = this.gpu.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer.gpu, start, staging.gpu, 0, length);
      this.gpu.queue.submit([encoder.finish()]);
      await pollWithBackOff(staging.gpu.mapAsync(mapModeRead, 0, length), this.profile.runsOnHost);
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

  /**
   * Waits for an answer of the device, good or bad, or for its loss: a lost device may answer, refuse or stay silent,
   * and settle() tells which it was. (Promise.race with `lost` would leave a reaction on it for every call.)
   */
  async #orLost(answer: Promise<unknown>): Promise<void> {
    if (this.#lostError !== undefined) return;
    const outcome = new Promise<void>((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        resolve();
      };
      this.#waiting.add(done);
      answer.then(done, done);
    });
    await pollWithBackOff(outcome, this.profile.runsOnHost);
  }

  /** Hosts report a loss shortly after the calls that fail because of it: give it one turn of the event loop. */
  #lossMayBeOnItsWay(): Promise<void> {
    return new Promise((resolve) => {
      // setTimeout waits a millisecond at least, which every read would pay.
      if (typeof setImmediate === 'function') setImmediate(resolve);
      else setTimeout(resolve, 0);
    });
  }

  #checkUsable(asked: string): void {
    if (this.closed) throw new DeviceClosedError(asked);
    this.throwIfLost();
  }

  #await(answer: Promise<void>): void {
    // A lost device may refuse to answer; the loss itself is reported by settle().
    const settled = answer.catch(() => undefined).then(() => void this.#pending.delete(settled));
    this.#pending.add(settled);
  }

  #collect(error: GPUError): void {
    const kind = error.constructor.name;
    if (kind === 'GPUValidationError') this.#refusals.push(error.message);
    else if (kind === 'GPUOutOfMemoryError') {
      this.#errors.push(new OutOfMemoryError('unnamed', 0, this.ledger.live, error.message));
    } else this.#errors.push(new GpuInternalError(error.message));
  }

  /** Memory first: a buffer that was not made makes everything refused that uses it. */
  #takeError(): DeviceError | undefined {
    const refusal = this.#refusals.length > 0 ? new GpuValidationError(this.#refusals) : undefined;
    const error = this.#errors[0] ?? refusal;
    this.#errors = [];
    this.#refusals = [];
    return error;
  }
}

function copyOf(data: ArrayBuffer | ArrayBufferView<ArrayBuffer>): ArrayBuffer {
  if (data instanceof ArrayBuffer) return data.slice();
  return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
}

/** The getters of a host object as plain numbers. */
export function copyLimits(limits: GPUSupportedLimits): DeviceLimits {
  const copy: Record<string, number> = {};
  for (const name in limits) {
    const value = limits[name as keyof GPUSupportedLimits];
    if (typeof value === 'number') copy[name] = value;
  }
  return copy as unknown as DeviceLimits;
}
