/**
 * @file What is asked of a device happens in the order in which it was asked for. The queue of WebGPU keeps that order by itself, but
 * a run of a loop is many submissions with waits between them: whatever is asked for meanwhile waits here until it is over.
 */
import { DeviceUsageError } from './errors.ts';

export class DeviceOrder {
  readonly #waiting: (() => void)[] = [];
  #busy = false;
  #encoding = false;

  /** Whether a run is under way, so that do() puts off. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Does something at once, or after all that was asked for before it. */
  do(job: () => void): void {
    if (!this.#busy) job();
    else this.#waiting.push(job);
  }

  /** Starts a run at once, or after all that was asked for before it; what is asked for later waits for its end. */
  run<T>(job: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const start = () => {
        this.#busy = true;
        // Waiting work continues first: code that awaited the run finds the device as if nothing had been deferred.
        job().then(
          (result) => {
            this.#goOn();
            resolve(result);
          },
          (error) => {
            this.#goOn();
            reject(error);
          },
        );
      };
      if (this.#busy) this.#waiting.push(start);
      else start();
    });
  }

  /** Resolves when all that was asked for before has been done. */
  reached(): Promise<void> {
    return new Promise((resolve) => this.do(resolve));
  }

  /** Advances the actions of a run: nothing can be asked of the device there, as it would only happen after the run. */
  encoding<T>(advance: () => T): T {
    this.#encoding = true;
    try {
      return advance();
    } finally {
      this.#encoding = false;
    }
  }

  /** @throws {DeviceUsageError} from within the actions of a run */
  checkNotEncoding(asked: string): void {
    if (this.#encoding)
      throw new DeviceUsageError(
        `${asked} was asked for by a hook while a run is being encoded, and would only happen after the run. Let the hook return a plan that does it, or do it between two runs.`,
      );
  }

  /** Does what waits, up to the next run. */
  #goOn(): void {
    this.#busy = false;
    while (!this.#busy) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      next();
    }
  }
}

/** The device as the run that has its turn sees it. */
export interface RunQueue {
  submit(commands: GPUCommandBuffer): void;
  /** Runs `advance`, in which nothing may be asked of the device. */
  encoding<T>(advance: () => T): T;
  /** Waits until the submitted work is done. @throws as Device.idle() does */
  idle(): Promise<void>;
}
