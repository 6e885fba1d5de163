/**
 * @file Runs a long sequence of plan runs and buffer copies. A step costs the encoding of its dispatches and nothing else:
 * no allocation, no upload, no look-up. Work is handed to the GPU in submissions of about equal time, well below what makes a
 * watchdog bark, and at most two of them are under way.
 */
import type { Device } from '../device/device.ts';
import type { RunQueue } from '../device/order.ts';
import { StepClock } from '../runtime/step-clock.ts';
import type { DeviceAction } from './device-action.ts';
import { Lookahead } from './lookahead.ts';
import { ResidentExecutor } from './resident/executor.ts';
import { maxUnderWay, Sequence, type SequenceStatistics, targetMs } from './sequence.ts';

/** Runs that one submission holds at most. */
const clockSlots = 64;

/** Actions that are read ahead to see which of them recur. */
const window = 4096;

/** Submits sequences of runs and copies in chunks of bounded time, each run with the number of its step. */
export class Sequencer {
  readonly #device: Device;
  readonly #clock: StepClock | undefined;
  readonly #resident: ResidentExecutor | undefined;
  #msPerRun: number | undefined;

  /** @param countsSteps whether any kernel asks for the number of the step */
  constructor(device: Device, countsSteps: boolean) {
    this.#device = device;
    this.#clock = countsSteps ? new StepClock(device, clockSlots * maxUnderWay) : undefined;
    this.#resident = ResidentExecutor.for(device, maxUnderWay);
  }

  /** Bytes that a sequencer allocates. */
  static bytes(countsSteps: boolean): number {
    return countsSteps ? StepClock.bytes(clockSlots * maxUnderWay) : 0;
  }

  destroy(): void {
    this.#clock?.destroy();
    this.#resident?.destroy();
  }

  /**
   * Performs the actions in order and returns when the queue is done. What is asked of the device meanwhile happens after it.
   * @throws {DeviceUsageError} when a plan, or an array that a plan was given, has been destroyed
   * @throws {ResidentError} when all that recurs has to run resident and does not fit
   */
  perform(actions: Iterable<DeviceAction>): Promise<SequenceStatistics> {
    return this.#device.inTurn((queue) => this.#sequence(actions, queue));
  }

  async #sequence(actions: Iterable<DeviceAction>, queue: RunQueue): Promise<SequenceStatistics> {
    const resident = this.#resident;
    const sequence = new Sequence(this.#device, queue);
    const ahead = new Lookahead(actions, queue, resident === undefined ? 1 : window);
    const compiled = resident?.compileMs ?? 0;
    while (ahead.advance()) {
      const module = await resident?.choose(ahead.window, queue);
      while (ahead.next !== undefined) {
        const start = performance.now();
        if (module !== undefined && resident!.takes(module, ahead.next)) {
          const rows = resident!.submit(module, ahead, sequence);
          await sequence.submitted(start, (ms) => resident!.learn(ms / rows));
        } else {
          const runs = this.#replay(
            ahead,
            sequence,
            (action) => module !== undefined && resident!.takes(module, action),
          );
          await sequence.submitted(start, (ms) => this.#learn(ms / Math.max(1, runs)));
        }
      }
    }
    await queue.idle();
    return sequence.statistics((resident?.compileMs ?? 0) - compiled);
  }

  /** Submits actions one by one, up to one that a module takes. How many runs. */
  #replay(ahead: Lookahead, sequence: Sequence, taken: (action: DeviceAction) => boolean): number {
    const limit = this.#chunkSize();
    const encoder = this.#device.gpu.createCommandEncoder();
    let pass: GPUComputePassEncoder | undefined;
    const numbers: number[] = [];
    const firstSlot = sequence.part * clockSlots;
    let action = ahead.next;
    while (action !== undefined && numbers.length < limit && !taken(action)) {
      if (action.kind === 'run') {
        sequence.check(action.plan);
        pass ??= encoder.beginComputePass();
        action.plan.encode(pass, this.#clock, firstSlot + numbers.length, action.rows);
        numbers.push(action.index);
        sequence.dispatches += action.plan.dispatchCount;
        sequence.runs++;
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
        sequence.copies++;
      }
      ahead.at++;
      action = ahead.next;
    }
    pass?.end();
    // The numbers of this part were last read by a submission that is already done.
    this.#clock?.set(numbers, firstSlot);
    sequence.queue.submit(encoder.finish());
    return numbers.length;
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
