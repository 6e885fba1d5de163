/** @file A sequence under way: what it did so far, and the submissions that the device has not finished. */
import type { Device } from '../device/device.ts';
import type { RunQueue } from '../device/order.ts';
import type { Plan } from '../runtime/plan.ts';

/** What a sequence did: runs, copies, dispatches, submissions. */
export interface SequenceStatistics {
  readonly runs: number;
  readonly copies: number;
  /** Dispatches; of runs inside one, all count as one. */
  readonly dispatches: number;
  /** Runs that were done inside a dispatch of several actions. */
  readonly residentRuns: number;
  readonly submissions: number;
  /** Milliseconds of JavaScript spent on encoding and submitting. */
  readonly encodeMs: number;
  /** Milliseconds from the first submission until the queue was done, without those in which a resident module was compiled. */
  readonly wallMs: number;
}

/** Milliseconds that one submission should take. */
export const targetMs = 100;
/** Submissions under way before the host waits. */
export const maxUnderWay = 2;

/** A sequence under way. */
export class Sequence {
  readonly queue: RunQueue;
  runs = 0;
  residentRuns = 0;
  copies = 0;
  dispatches = 0;
  /** Which of the parts of a buffer the next submission may write: the one that was read by a submission that is done. */
  part = 0;
  readonly #device: Device;
  readonly #started = performance.now();
  readonly #underWay: Promise<undefined>[] = [];
  readonly #checked = new Set<Plan>();
  #submissions = 0;
  #encodeMs = 0;

  constructor(device: Device, queue: RunQueue) {
    this.#device = device;
    this.queue = queue;
  }

  /** @throws {DeviceUsageError} when a plan, or an array that it was given, has been destroyed */
  check(plan: Plan): void {
    if (this.#checked.has(plan)) return;
    plan.checkRunnable('turn');
    this.#checked.add(plan);
  }

  /**
   * Notes a submission, and waits while too many are under way.
   *
   * @param start when the host began to encode it
   * @param learn is told the milliseconds from submission to completion
   */
  async submitted(start: number, learn: (ms: number) => void): Promise<void> {
    const device = this.#device;
    const submitted = performance.now();
    this.#submissions++;
    this.#encodeMs += submitted - start;
    this.part = (this.part + 1) % maxUnderWay;
    this.#underWay.push(
      device.gpu.queue.onSubmittedWorkDone().then(() => {
        learn(performance.now() - submitted);
        return undefined;
      }),
    );
    if (this.#underWay.length >= maxUnderWay) await device.wait(this.#underWay.shift()!);
    if (this.#submissions % 16 === 0) device.throwIfLost();
  }

  statistics(compileMs: number): SequenceStatistics {
    const { runs, residentRuns, copies, dispatches } = this;
    return {
      runs,
      residentRuns,
      copies,
      dispatches,
      submissions: this.#submissions,
      encodeMs: this.#encodeMs,
      wallMs: performance.now() - this.#started - compileMs,
    };
  }
}
