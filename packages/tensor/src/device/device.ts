/** An open device: the only way from this library to the GPU. */
import type { AdapterProfile } from '../adapters/profile.ts';
import type { KernelChoices } from '../kernels/choices.ts';
import type { AdapterDescription } from './adapters.ts';
import type { BufferRequest, LedgerBuffer } from './buffer.ts';
import { BufferFactory } from './buffer-factory.ts';
import { DeviceClosedError, type DeviceLostError, DeviceUsageError } from './errors.ts';
import { type Allocation, Ledger } from './ledger.ts';
import { copyLimits, type DeviceLimits } from './limits.ts';
import { DeviceOrder, type RunQueue } from './order.ts';
import type { PipelineWarmer } from './pipeline-warmer.ts';
import { PipelineCache, type PipelineOptions, type PipelineStatistics } from './pipelines.ts';
import { pollWithBackOff } from './polling.ts';
import { ReadBack } from './read-back.ts';
import type { ResidentChoice } from './resident-choice.ts';
import { largestPartBytes } from './staging.ts';
import { UploadAccount } from './uploads.ts';
import { DeviceVerdicts } from './verdicts.ts';

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
  readonly resident: ResidentChoice;
  readonly choices?: KernelChoices | undefined;
  readonly label: string;
  /** Drops what the device holds of its host; called once, at close(). */
  readonly release: () => void;
  readonly warmer?: PipelineWarmer | undefined;
}

/** What close() found. */
export interface CloseReport {
  /** Buffers that had not been destroyed. */
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
  /** Whether stretches of actions run inside one dispatch. */
  readonly resident: ResidentChoice;
  /** Tables that the compiler asks before its built-in model. */
  readonly choices: KernelChoices | undefined;
  readonly label: string;
  /** Where it saves time: compiles large programs on a second device of the same adapter. */
  readonly warmer: PipelineWarmer | undefined;
  readonly ledger = new Ledger();
  /** Additions, multiplications and other operations of all runs of plans that were handed over so far. */
  operations = 0;
  /** Settles when the device is lost, with `reason` `destroyed` after close(). Never rejects. */
  readonly lost: Promise<DeviceLostError>;

  readonly #order = new DeviceOrder();
  readonly #release: () => void;
  readonly #pipelines: PipelineCache;
  readonly #verdicts: DeviceVerdicts;
  readonly #buffers: BufferFactory;
  readonly #readBack: ReadBack;
  readonly #uploads: UploadAccount;
  readonly #reads = new Set<Promise<ArrayBuffer>>();
  #closing: Promise<CloseReport> | undefined;

  /** Made by openDevice() only. */
  constructor(parts: DeviceParts) {
    this.gpu = parts.gpu;
    this.adapter = parts.adapter;
    this.profile = parts.profile;
    this.languageFeatures = parts.languageFeatures;
    this.toggles = parts.toggles;
    this.resident = parts.resident;
    this.choices = parts.choices;
    this.label = parts.label;
    this.warmer = parts.warmer;
    this.limits = copyLimits(parts.gpu.limits);
    this.features = new Set<string>(parts.gpu.features);
    this.#release = parts.release;
    this.#pipelines = new PipelineCache(parts.gpu, parts.adapter.name);
    this.#uploads = new UploadAccount(parts.gpu, this.ledger);
    const { runsOnHost } = parts.profile;
    this.#verdicts = new DeviceVerdicts(parts.gpu, this.ledger, runsOnHost);
    this.#buffers = new BufferFactory({
      gpu: parts.gpu,
      adapterName: parts.adapter.name,
      limits: this.limits,
      ledger: this.ledger,
      verdicts: this.#verdicts,
      inTurn: (job) => this.#order.do(job),
    });
    this.#readBack = new ReadBack(parts.gpu, this.#buffers, runsOnHost, {
      settle: () => this.settle(),
      lossAfterFailure: () => this.#verdicts.lossAfterFailure(),
    });
    this.lost = this.#verdicts.lost;
  }

  /** Frees nothing and waits for nothing: true after close() was called. */
  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** @throws {DeviceLostError} when the device is lost. A closed device is not lost. */
  throwIfLost(): void {
    const { lostError } = this.#verdicts;
    if (lostError !== undefined && !this.closed) throw lostError;
  }

  /**
   * A zeroed buffer, entered in the ledger. If the adapter turns out to have no memory for it, the next idle() or
   * read() throws {@link OutOfMemoryError}; settle() asks for that verdict alone.
   * @throws {BufferTooLargeError} before the driver is asked, when a limit of the adapter forbids it
   * @throws {DeviceUsageError} when the size is not a positive multiple of 4, or the classes do not add up to it
   */
  createBuffer(request: BufferRequest): LedgerBuffer {
    this.#checkUsable(`The buffer '${request.label}'`);
    return this.#buffers.create(request, false);
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
      await this.#verdicts.lossMayBeOnItsWay();
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
   * was not awaited shows no intermediate state.
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
    // The caller may change the data before its turn comes.
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
        ? this.#order.run(() => this.#readBack.read(buffer, offset, bytes))
        : new Promise<ArrayBuffer>((resolve, reject) => {
            this.#order.do(() => this.#readBack.read(buffer, offset, bytes).then(resolve, reject));
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
    return this.#verdicts.orLost(this.gpu.queue.onSubmittedWorkDone());
  }

  /** Waits until all work asked for is done. @throws as read() does */
  async idle(): Promise<void> {
    this.#checkUsable('idle()');
    if (this.#order.busy) await this.#order.reached();
    await this.#idle();
  }

  async #idle(): Promise<void> {
    await this.workDone();
    await this.#verdicts.orLost(this.#uploads.settled());
    await this.settle();
  }

  /**
   * Waits for the verdicts on buffers created so far, and throws what is known to have gone wrong. Unlike idle() it
   * does not wait for submitted work.
   */
  async settle(): Promise<void> {
    await this.#verdicts.known();
    this.throwIfLost();
    const error = this.#verdicts.take();
    if (error !== undefined) throw error;
  }

  /**
   * Waits for submitted work, destroys every buffer and the device, and lets go of the host, so that the process can
   * end. Calling it again gives the same report.
   * @returns the buffers that had not been destroyed (they are destroyed now)
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
    await this.#verdicts.orLost(Promise.allSettled([...this.#verdicts.pending, ...this.#reads]));
    const wasLost = this.#verdicts.lostError !== undefined;
    const report: CloseReport = { leaks: this.ledger.leaks() };
    this.#readBack.clear();
    this.#buffers.destroyAll();
    this.#uploads.clear();
    this.#pipelines.clear();
    this.gpu.destroy();
    await this.lost;
    this.#verdicts.close();
    this.#release();
    const error = this.#verdicts.take();
    if (error !== undefined && !wasLost) throw error;
    return report;
  }

  #checkUsable(asked: string): void {
    if (this.closed) throw new DeviceClosedError(asked);
    this.throwIfLost();
  }
}

function copyOf(data: ArrayBuffer | ArrayBufferView<ArrayBuffer>): ArrayBuffer {
  if (data instanceof ArrayBuffer) return data.slice();
  return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
}
