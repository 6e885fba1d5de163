/**
 * @file Runs a long sequence of plan runs and buffer copies. A step costs the encoding of its dispatches and nothing else:
 * no allocation, no upload, no look-up. Work is handed to the GPU in submissions of about equal time, well below what makes a
 * watchdog bark, and at most two of them are under way.
 */
import type { LedgerBuffer } from '../device/buffer.ts';
import type { Device } from '../device/device.ts';
import type { RunQueue } from '../device/order.ts';
import type { ArrayPlace } from '../runtime/device-array.ts';
import type { Plan } from '../runtime/plan.ts';
import { StepClock } from '../runtime/step-clock.ts';

/** One run of a plan, or one copy between arrays, in a sequence. */
export type DeviceAction = RunAction | CopyAction;

/** One run of a plan, as step number `index`. */
export interface RunAction {
  readonly kind: 'run';
  readonly plan: Plan;
  readonly index: number;
  /** Where its rows begin; see `Plan.encode`. */
  readonly rows?: readonly ArrayPlace[];
}

export interface CopyAction {
  readonly kind: 'copy';
  readonly from: LedgerBuffer;
  readonly fromOffset: number;
  readonly to: LedgerBuffer;
  readonly toOffset: number;
  readonly bytes: number;
}

/** What a sequence did: runs, copies, dispatches, submissions. */
export interface SequenceStatistics {
  readonly runs: number;
  readonly copies: number;
  readonly dispatches: number;
  readonly submissions: number;
  /** Milliseconds of JavaScript spent on encoding and submitting. */
  readonly encodeMs: number;
  /** Milliseconds from the first submission until the queue was done. */
  readonly wallMs: number;
}

/** Runs that one submission holds at most. */
const clockSlots = 64;
/** Time that one submission should take. */
const targetMs = 100;
/** Submissions under way before the host waits. */
const maxUnderWay = 2;

/** Submits sequences of runs and copies in chunks of bounded time, each run with the number of its step. */
export class Sequencer {
  readonly #device: Device;
  readonly #clock: StepClock | undefined;
  #msPerRun: number | undefined;

  /** @param countsSteps whether any kernel asks for the number of the step */
  constructor(device: Device, countsSteps: boolean) {
    this.#device = device;
    this.#clock = countsSteps ? new StepClock(device, clockSlots * maxUnderWay) : undefined;
  }

  /** Bytes that a sequencer allocates. */
  static bytes(countsSteps: boolean): number {
    return countsSteps ? StepClock.bytes(clockSlots * maxUnderWay) : 0;
  }

  destroy(): void {
    this.#clock?.destroy();
  }

  /**
   * Performs the actions in order and returns when the queue is done. What is asked of the device meanwhile happens after it.
   * @throws {DeviceUsageError} when a plan, or an array that a plan was given, has been destroyed
   */
  perform(actions: Iterable<DeviceAction>): Promise<SequenceStatistics> {
    return this.#device.inTurn((queue) => this.#sequence(actions, queue));
  }

  async #sequence(actions: Iterable<DeviceAction>, queue: RunQueue): Promise<SequenceStatistics> {
    const device = this.#device;
    const clock = this.#clock;
    const started = performance.now();
    let runs = 0;
    let copies = 0;
    let dispatches = 0;
    let submissions = 0;
    let encodeMs = 0;
    let half = 0;
    const underWay: Promise<undefined>[] = [];
    const iterator = actions[Symbol.iterator]();
    const advance = () => queue.encoding(() => iterator.next());
    const checked = new Set<Plan>();
    let next = advance();
    while (!next.done) {
      const chunkStart = performance.now();
      const limit = this.#chunkSize();
      const encoder = device.gpu.createCommandEncoder();
      let pass: GPUComputePassEncoder | undefined;
      const numbers: number[] = [];
      const firstSlot = half * clockSlots;
      while (!next.done && numbers.length < limit) {
        const action = next.value;
        if (action.kind === 'run') {
          if (!checked.has(action.plan)) {
            action.plan.checkRunnable('turn');
            checked.add(action.plan);
          }
          pass ??= encoder.beginComputePass();
          action.plan.encode(pass, clock, firstSlot + numbers.length, action.rows);
          numbers.push(action.index);
          dispatches += action.plan.dispatchCount;
          runs++;
        } else {
          pass?.end();
          pass = undefined;
          encoder.copyBufferToBuffer(
            action.from.gpu,
            action.fromOffset,
            action.to.gpu,
            action.toOffset,
            action.bytes,
          );
          action.to.markWritten();
          copies++;
        }
        next = advance();
      }
      pass?.end();
      // The numbers of this half were last read by a submission that is already done.
      clock?.set(numbers, firstSlot);
      queue.submit(encoder.finish());
      submissions++;
      half = (half + 1) % maxUnderWay;
      const submitted = performance.now();
      encodeMs += submitted - chunkStart;
      const count = numbers.length;
      underWay.push(
        device.gpu.queue.onSubmittedWorkDone().then(() => {
          this.#learn((performance.now() - submitted) / Math.max(1, count));
          return undefined;
        }),
      );
      if (underWay.length >= maxUnderWay) await device.wait(underWay.shift()!);
      if (submissions % 16 === 0) device.throwIfLost();
    }
    await queue.idle();
    return { runs, copies, dispatches, submissions, encodeMs, wallMs: performance.now() - started };
  }

  #chunkSize(): number {
    if (this.#msPerRun === undefined) return 2;
    return Math.max(1, Math.min(clockSlots, Math.floor(targetMs / this.#msPerRun)));
  }

  /** Time per run, from submission to completion: an overestimate while another submission is ahead, which errs on the safe side. */
  #learn(msPerRun: number): void {
    this.#msPerRun =
      this.#msPerRun === undefined ? msPerRun : Math.min(msPerRun, 0.5 * (this.#msPerRun + msPerRun));
  }
}
