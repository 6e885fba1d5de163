/**
 * The staging memory behind queue writes.
 *
 * `queue.writeBuffer` copies the data into memory of the host's own before the GPU fetches it. That memory cannot be
 * seen, but it exists, so the ledger counts it at the size of the data, in the class 'staging', from the write until
 * the queue has caught up. When exactly the queue catches up is a matter of timing: compare predicted with measured
 * bytes on `ledger.withoutStaging`.
 */
import type { Allocation, Ledger } from './ledger.ts';

export class UploadAccount {
  readonly #gpu: GPUDevice;
  readonly #ledger: Ledger;
  /** Written since the queue was last asked; counted in one entry per write until it answers. */
  #open: Allocation[] = [];
  #asked: Allocation[] = [];
  #waiting = false;
  /** Who waits for nothing to be open. */
  readonly #waiters: (() => void)[] = [];

  constructor(gpu: GPUDevice, ledger: Ledger) {
    this.#gpu = gpu;
    this.#ledger = ledger;
  }

  /** Call it before the write. One question to the queue is under way at a time, however many writes there are. */
  add(bytes: number): void {
    this.#open.push(
      this.#ledger.allocate({
        label: 'queue write',
        bytes,
        classes: { staging: bytes },
        site: 'the queue',
        pooled: true,
      }),
    );
    if (!this.#waiting) {
      this.#waiting = true;
      // The write itself follows in this turn, so the question is put in the next one.
      queueMicrotask(() => this.#ask());
    }
  }

  /** Resolves when the queue has caught up with every write so far, and the ledger shows it. */
  settled(): Promise<void> {
    return this.#waiting ? new Promise((resolve) => this.#waiters.push(resolve)) : Promise.resolve();
  }

  /** Strikes everything out. */
  clear(): void {
    for (const allocation of [...this.#open.splice(0), ...this.#asked.splice(0)])
      this.#ledger.free(allocation);
  }

  #ask(): void {
    this.#asked = this.#open.splice(0);
    const answered = () => {
      for (const allocation of this.#asked.splice(0)) this.#ledger.free(allocation);
      if (this.#open.length > 0) {
        this.#ask();
        return;
      }
      this.#waiting = false;
      for (const resolve of this.#waiters.splice(0)) resolve();
    };
    this.#gpu.queue.onSubmittedWorkDone().then(answered, answered);
  }
}
