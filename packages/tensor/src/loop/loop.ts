/** @file A loop run forward: one step compiled once and replayed, with the carry updated in place. Memory does not depend on T. */

import { makeProgram } from '../compile/known-programs.ts';
import type { Program } from '../compile/program.ts';
import type { Device } from '../device/device.ts';
import type { ByteClass } from '../device/ledger.ts';
import type { Tensor } from '../graph/tensor.ts';
import { unflatten } from '../graph/tree.ts';
import { addBytes, predictBytes } from '../runtime/byte-counts.ts';
import type { DeviceArray } from '../runtime/device-array.ts';
import { Plan } from '../runtime/plan.ts';
import type { PlanRequest } from '../runtime/plan-request.ts';
import { targetOf } from '../runtime/target-of.ts';
import type { DeviceAction } from './device-action.ts';
import { PackedArrays, packLayout } from './packed-arrays.ts';
import type { SequenceStatistics } from './sequence.ts';
import { Sequencer } from './sequencer.ts';
import { type AsArrays, checkSteps, type Step, type TracedStep, traceStep } from './state.ts';

/** What a loop is made from: what is carried from step to step, what is given, and the step. */
export interface LoopRequest<Carry, Given> {
  /** What a step passes on: a tree of `state(shape)`. */
  readonly carry: Carry;
  /** Arrays that a step reads: data, indices, hyperparameters. They may be changed between runs, and by hooks between steps. None when left out. */
  readonly given?: Given;
  readonly step: Step<Carry, Given>;
  readonly variants?: PlanRequest['variants'];
  readonly label?: string;
}

/** How a loop is run: from which step, and what is done between steps. */
export interface RunOptions {
  /** The number of the first step; 0 when left out. */
  readonly from?: number;
  /** Plans to run after step t, on the device, without breaking the replay. They may read and change the carry and what is given. */
  readonly after?: (step: number) => Iterable<Plan> | undefined;
}

/**
 * A step compiled once and run T times on the device, with the carry updated in place; memory does not depend on T. The step is a
 * function from the carry, what is given and the number of the step (a u32 scalar) to the next carry, of the same shapes and types.
 *
 * @throws TypeError, ShapeError from make(), when the step returns another tree or reads an input that is neither carried nor given
 * @throws {DeviceUsageError} from run(), after it or an array that it reads was destroyed
 * @example
 * ```ts
 * import { add, DeviceArray, Loop, multiply, openDevice, state } from '@longhorizon/tensor';
 *
 * const device = await openDevice();
 * const rate = DeviceArray.from(device, [0.5], []);
 * const loop = await Loop.make(device, {
 *   carry: { w: state([2]) },
 *   given: { rate },
 *   step: ({ w }, { rate }) => ({ w: add(multiply(w, rate), 1) }),
 * });
 * await loop.run(20); // w → 2, the fixed point of w/2 + 1
 * console.assert((await loop.carry.w.read()).every((value) => Math.abs(value - 2) < 1e-5));
 * loop.destroy();
 * rate.destroy();
 * await device.close();
 * ```
 */
export class Loop<Carry, Given> {
  /** The arrays that the loop carries: write them before a run, read them after. */
  readonly carry: AsArrays<Carry>;
  readonly plan: Plan;
  /** Bytes that the loop allocates, by class, as predicted before it was made. */
  readonly predicted: Readonly<Partial<Record<ByteClass, number>>>;
  readonly #packed: PackedArrays;
  readonly #sequencer: Sequencer;

  private constructor(
    carry: AsArrays<Carry>,
    plan: Plan,
    packed: PackedArrays,
    sequencer: Sequencer,
    predicted: Loop<Carry, Given>['predicted'],
  ) {
    this.carry = carry;
    this.plan = plan;
    this.#packed = packed;
    this.#sequencer = sequencer;
    this.predicted = predicted;
  }

  static async make<Carry, Given = Record<string, never>>(
    device: Device,
    request: LoopRequest<Carry, Given>,
  ): Promise<Loop<Carry, Given>> {
    const traced = traceStep(request.carry, request.given, request.step);
    for (const array of traced.arrays) array.checkLive('A loop that reads it');
    const { program, planRequest } = stepProgram(device, traced, request);
    const predicted = loopBytes(traced, planRequest(), program);
    const packed = new PackedArrays(device, traced.specs, `carry of ${request.label ?? 'a loop'}`);
    try {
      const plan = await Plan.fromProgram(device, program, { ...planRequest(packed.arrays), clocked: true });
      const carry = unflatten<AsArrays<Carry>>(request.carry, packed.arrays);
      return new Loop<Carry, Given>(
        carry,
        plan,
        packed,
        new Sequencer(device, program.usesStepIndex),
        predicted,
      );
    } catch (error) {
      packed.destroy();
      throw error;
    }
  }

  /** Runs `steps` steps and returns when the device is done. */
  run(steps: number, options: RunOptions = {}): Promise<SequenceStatistics> {
    checkSteps('loop.run', steps);
    return this.#sequencer.perform(this.actions(steps, options));
  }

  /** The actions of a run, to be combined with others in one sequence. */
  *actions(steps: number, { from = 0, after }: RunOptions = {}): Generator<DeviceAction> {
    for (let index = from; index < from + steps; index++) {
      yield { kind: 'run', plan: this.plan, index };
      for (const plan of after?.(index) ?? []) yield { kind: 'run', plan, index };
    }
  }

  /** Arrays of the carry in order. */
  get arrays(): readonly DeviceArray[] {
    return this.#packed.arrays;
  }

  destroy(): void {
    this.plan.destroy();
    this.#packed.destroy();
    this.#sequencer.destroy();
  }
}

interface StepProgram {
  readonly program: Program;
  readonly planRequest: (carry?: readonly DeviceArray[]) => PlanRequest;
}

/** The program that replaces the carry by the next one, in place where it can be. */
function stepProgram<Carry, Given>(
  device: Device,
  traced: TracedStep,
  request: LoopRequest<Carry, Given>,
): StepProgram {
  const updates = new Map<Tensor, Tensor>();
  traced.carry.forEach((tensor, k) => {
    if (traced.next[k] !== tensor) updates.set(tensor, traced.next[k]!);
  });
  const base: PlanRequest = {
    outputs: [],
    updates,
    label: request.label ?? 'a loop step',
    ...(request.variants === undefined ? {} : { variants: request.variants }),
  };
  const program = makeProgram(base, targetOf(device));
  return {
    program,
    planRequest: (carry) => ({
      ...base,
      arrays: new Map<Tensor, DeviceArray>([
        ...traced.given.map((tensor, k): [Tensor, DeviceArray] => [tensor, traced.arrays[k]!]),
        ...(carry === undefined
          ? []
          : traced.carry.map((tensor, k): [Tensor, DeviceArray] => [tensor, carry[k]!])),
      ]),
    }),
  };
}

/** Bytes of a loop: its carry, the step's arena and constants, the step numbers. */
function loopBytes(traced: TracedStep, request: PlanRequest, program: Program) {
  // The carry is counted as packed, not as inputs of the plan.
  const bound = new Map(request.arrays);
  const withoutCarry = {
    ...program,
    inputs: new Map([...program.inputs].filter(([tensor]) => bound.has(tensor))),
  };
  return addBytes(packLayout(traced.specs).classes, predictBytes(request, withoutCarry, true), {
    scratch: Sequencer.bytes(program.usesStepIndex),
  });
}
