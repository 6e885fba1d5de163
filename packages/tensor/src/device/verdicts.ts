/** @file What has gone wrong on a device: its loss, and the answers of error scopes, which come in later than the calls that they are about. */
import {
  type DeviceError,
  DeviceLostError,
  GpuInternalError,
  GpuValidationError,
  OutOfMemoryError,
} from './errors.ts';
import type { Ledger } from './ledger.ts';
import { pollWithBackOff } from './polling.ts';

/**
 * How long after a failure without a reason its reason may be a loss that is not reported yet, in milliseconds. Chromium refuses what waits for a GPU
 * process that died before it says that the device is lost: by a tenth of a second on busy cores.
 */
const lossDelayMs = 2000;

/** The verdicts on what was asked of a device, kept until they are taken. */
export class DeviceVerdicts {
  /** Settles when the device is lost. Never rejects. */
  readonly lost: Promise<DeviceLostError>;

  readonly #gpu: GPUDevice;
  readonly #ledger: Ledger;
  readonly #runsOnHost: boolean;
  /** Answers of error scopes that have not come in yet. */
  readonly #pending = new Set<Promise<void>>();
  /** Resolvers of what would wait for ever if the device were lost. */
  readonly #waiting = new Set<() => void>();
  readonly #onError = (event: GPUUncapturedErrorEvent) => {
    event.preventDefault();
    this.#collect(event.error);
  };
  #errors: DeviceError[] = [];
  #refusals: string[] = [];
  #lostError: DeviceLostError | undefined;

  /** @param runsOnHost whether the adapter is software, which waiting may not keep from its work */
  constructor(gpu: GPUDevice, ledger: Ledger, runsOnHost: boolean) {
    this.#gpu = gpu;
    this.#ledger = ledger;
    this.#runsOnHost = runsOnHost;
    this.lost = gpu.lost.then((info) => {
      this.#lostError = new DeviceLostError(info.reason, info.message);
      for (const resolve of this.#waiting) resolve();
      return this.#lostError;
    });
    gpu.addEventListener('uncapturederror', this.#onError);
  }

  /** The loss of the device, once the host has reported it. */
  get lostError(): DeviceLostError | undefined {
    return this.#lostError;
  }

  /** The answers that have not come in yet. */
  get pending(): readonly Promise<void>[] {
    return [...this.#pending];
  }

  /** Waits for an answer that reports its own fault, before the next {@link known} resolves. */
  await(answer: Promise<void>): void {
    // A lost device may refuse to answer; the loss itself is reported by settle().
    const settled = answer.catch(() => undefined).then(() => void this.#pending.delete(settled));
    this.#pending.add(settled);
  }

  /** Enters a fault. */
  add(error: DeviceError): void {
    this.#errors.push(error);
  }

  /** Waits for every answer so far, and for a loss that may be on its way. */
  async known(): Promise<void> {
    if (this.#pending.size > 0) await this.orLost(Promise.all(this.#pending));
    await this.lossMayBeOnItsWay();
  }

  /**
   * Waits for an answer of the device, good or bad, or for its loss: a lost device may answer, refuse or stay silent,
   * and settle() tells which it was. (Promise.race with `lost` would leave a reaction on it for every call.)
   */
  async orLost(answer: Promise<unknown>): Promise<void> {
    if (this.#lostError !== undefined) return;
    const outcome = this.#lostOr((done) => answer.then(done, () => this.lossAfterFailure().then(done)));
    await pollWithBackOff(outcome, this.#runsOnHost);
  }

  /** Waits until the device is known to be lost, or is not: after a failure that may have been the first sign of it. */
  async lossAfterFailure(): Promise<void> {
    if (this.#lostError !== undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await this.#lostOr((done) => {
      timer = setTimeout(done, lossDelayMs);
    });
    clearTimeout(timer);
  }

  /** Waits until the device is lost, or what is begun here is done. */
  #lostOr(begin: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        resolve();
      };
      this.#waiting.add(done);
      begin(done);
    });
  }

  /** Hosts report a loss shortly after the calls that fail because of it: give it one turn of the event loop. */
  lossMayBeOnItsWay(): Promise<void> {
    return new Promise((resolve) => {
      // setTimeout waits a millisecond at least, which every read would pay.
      if (typeof setImmediate === 'function') setImmediate(resolve);
      else setTimeout(resolve, 0);
    });
  }

  #collect(error: GPUError): void {
    const kind = error.constructor.name;
    if (kind === 'GPUValidationError') this.#refusals.push(error.message);
    else if (kind === 'GPUOutOfMemoryError') {
      this.#errors.push(new OutOfMemoryError('unnamed', 0, this.#ledger.live, error.message));
    } else this.#errors.push(new GpuInternalError(error.message));
  }

  /** What went wrong since it was last asked. Memory first: a buffer that was not made makes everything refused that uses it. */
  take(): DeviceError | undefined {
    const refusal = this.#refusals.length > 0 ? new GpuValidationError(this.#refusals) : undefined;
    const error = this.#errors[0] ?? refusal;
    this.#errors = [];
    this.#refusals = [];
    return error;
  }

  /** Hears no more. The host holds its listeners strongly: one that captures this object would keep it and its device for ever. */
  close(): void {
    this.#gpu.removeEventListener('uncapturederror', this.#onError);
  }
}
