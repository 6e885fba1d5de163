/** @file A reverse loop: all memory policies run the same two plans on the same values, in other orders. */

import type { Device } from '../device/device.ts';
import type { ByteClass } from '../device/ledger.ts';
import type { Tensor } from '../graph/tensor.ts';
import { unflatten } from '../graph/tree.ts';
import type { ByteCounts } from '../runtime/byte-counts.ts';
import type { DeviceArray } from '../runtime/device-array.ts';
import { Plan } from '../runtime/plan.ts';
import { arraysWithin, PackedArrays, packLayout } from './packed-arrays.ts';
import { compileReverse, countsSteps } from './reverse-programs.ts';
import type { ReverseRequest } from './reverse-request.ts';
import { type ReverseParts, rowNumbers, sweep } from './reverse-sweep.ts';
import type { SequenceStatistics } from './sequence.ts';
import { Sequencer } from './sequencer.ts';
import { Slots } from './slots.ts';
import { type AsArrays, checkSteps } from './state.ts';

/** What a reverse sweep did: steps forward, steps done again, steps backward. */
export interface ReverseStatistics extends SequenceStatistics {
  /** Runs of a step going forward, those done again included. */
  readonly forwardSteps: number;
  /** Of these, how many were done again. */
  readonly repeatedSteps: number;
  /** The most states that were kept at once. */
  readonly keptStates: number;
}

/**
 * The exact gradient of a loss after T steps, by given arrays (the parameters) and by the carry at the start. What is kept of the run is
 * the `policy`: `everything` a backward pass reads, as unrolled differentiation does; the `states`, from which each step is run again;
 * as many of them as fit `{ memory }`, by the binomial schedule; or those on the present path of a lazy tree over the steps, `{ arity }` = k, at
 * most k⌈log_k T⌉. The gradients are the same to the bit.
 *
 * @throws {MemoryBudgetError} from make() and predict(), with the breakdown, when not even one checkpoint fits
 * @throws RangeError from gradient(), for more steps than `maxSteps`
 * @example
 * ```ts
 * import { DeviceArray, multiply, openDevice, ReverseLoop, state, sum } from '@longhorizon/tensor';
 *
 * const device = await openDevice();
 * const a = DeviceArray.from(device, [2], []);
 * const reverse = await ReverseLoop.make(device, {
 *   carry: { w: state([1]) },
 *   given: { a },
 *   step: ({ w }, { a }) => ({ w: multiply(w, a) }),
 *   loss: ({ w }) => sum(w), // a³ w₀
 *   parameters: [a],
 *   maxSteps: 3,
 * });
 * reverse.carry.w.write([1]);
 * await reverse.gradient(3);
 * console.assert((await reverse.gradients[0]!.read())[0] === 12, '3 a² w₀');
 * console.assert((await reverse.carryGradients[0]!.read())[0] === 8, 'a³');
 * reverse.destroy();
 * a.destroy();
 * await device.close();
 * ```
 */
export class ReverseLoop<Carry> {
  /** The carry: write the start before `gradient`, find the last state after it. */
  readonly carry: AsArrays<Carry>;
  /** d loss / d initial carry, for the f32 arrays of the carry in order. */
  readonly carryGradients: readonly DeviceArray[];
  /** d loss / d parameter, in the order of the parameters. */
  readonly gradients: readonly DeviceArray[];
  readonly loss: DeviceArray;
  /** Bytes that the loop allocates, by class, as predicted before it was made. */
  readonly predicted: Readonly<Partial<Record<ByteClass, number>>>;
  /** What a step's backward pass keeps, how many bytes, and why. */
  readonly explanation: string;
  readonly checkpoints: number;
  readonly #parts: ReverseParts;

  private constructor(
    parts: ReverseParts,
    carry: AsArrays<Carry>,
    predicted: ByteCounts,
    explanation: string,
  ) {
    this.#parts = parts;
    this.carry = carry;
    this.carryGradients = parts.adjoints.arrays;
    this.gradients = parts.gradients.arrays;
    this.loss = parts.terminal.outputs[0]!;
    this.predicted = predicted;
    this.explanation = explanation;
    this.checkpoints = parts.slotCount;
  }

  /** Bytes by class of a reverse loop, without allocating anything; refuses an impossible budget with the breakdown. */
  static predict<Carry, Given = Record<string, never>>(
    device: Device,
    request: ReverseRequest<Carry, Given>,
  ): Readonly<Partial<Record<ByteClass, number>>> {
    return compileReverse(device, request).bytes;
  }

  static async make<Carry, Given = Record<string, never>>(
    device: Device,
    request: ReverseRequest<Carry, Given>,
  ): Promise<ReverseLoop<Carry>> {
    const planned = compileReverse(device, request);
    for (const array of planned.graphs.traced.arrays) array.checkLive('A reverse loop that reads it');
    const owned: { destroy(): void }[] = [];
    const own = <T extends { destroy(): void }>(one: T): T => {
      owned.push(one);
      return one;
    };
    try {
      const { graphs, memory } = planned;
      const { traced } = graphs;
      const packed = own(new PackedArrays(device, traced.specs, 'carry of a reverse loop'));
      const adjoints = own(new PackedArrays(device, graphs.adjointSpecs, 'adjoints'));
      // Without parameters, as for a gradient in the start alone, there is nothing to hold.
      const gradients =
        memory.gradientSpecs.length === 0
          ? { arrays: [] }
          : own(new PackedArrays(device, memory.gradientSpecs, 'gradients'));
      const spare = memory.spare
        ? own(new PackedArrays(device, traced.specs, 'carry of every second step', 'trajectory'))
        : undefined;
      const rows =
        memory.rowCount === 0
          ? undefined
          : own(new Slots(device, memory.rowBytes, memory.rowCount, memory.rowClasses, memory.rowLabel));
      const keepsRecord = graphs.residuals.length > 0;
      const recordInRows = keepsRecord && planned.policy === 'everything';
      const record = recordInRows
        ? arraysWithin(device, memory.recordSpecs, packLayout(memory.recordSpecs), rows!.place(0).buffer)
        : keepsRecord
          ? own(new PackedArrays(device, memory.recordSpecs, 'residuals of one step')).arrays
          : [];
      const before = arraysWithin(device, traced.specs, packed.layout, packed.buffer);
      const after = arraysWithin(device, traced.specs, packed.layout, packed.buffer);
      const rowCount = memory.rowCount + 1;
      const inRows = new Map([
        ...before.map((array) => [array, rowNumbers.before] as const),
        ...after.map((array) => [array, rowNumbers.after] as const),
        ...(recordInRows ? record.map((array) => [array, rowNumbers.record] as const) : []),
      ]);
      // The three plans never run at the same time, so they share one arena.
      const arena =
        planned.arena.bytes === 0
          ? undefined
          : own(
              device.createBuffer({
                bytes: planned.arena.bytes,
                label: 'arena of a reverse loop',
                classes: planned.arena.classes,
                boundInParts: true,
              }),
            );
      const shared = arena === undefined ? {} : { arena };
      const given = new Map<Tensor, DeviceArray>(
        traced.given.map((tensor, k) => [tensor, traced.arrays[k]!]),
      );
      const bind = (...pairs: readonly [readonly Tensor[], readonly DeviceArray[]][]) => {
        const arrays = new Map(given);
        for (const [tensors, list] of pairs)
          tensors.forEach((tensor, k) => {
            arrays.set(tensor, list[k]!);
          });
        return arrays;
      };
      const forward = own(
        await Plan.fromProgram(device, planned.forward.program, {
          ...planned.forward.request,
          ...shared,
          arrays: bind([traced.carry, before]),
          outputArrays: [...record, ...after],
          inRows,
          rowCount,
        }),
      );
      const backward = own(
        await Plan.fromProgram(device, planned.backward.program, {
          ...planned.backward.request,
          ...shared,
          arrays: bind(
            [traced.carry, before],
            [graphs.residualInputs, record],
            [graphs.adjoints, adjoints.arrays],
            [graphs.gradients, gradients.arrays],
          ),
          inRows,
          rowCount,
        }),
      );
      const terminal = own(
        await Plan.fromProgram(device, planned.terminal.program, {
          ...planned.terminal.request,
          ...shared,
          arrays: bind(
            [traced.carry, packed.arrays],
            [graphs.adjoints, adjoints.arrays],
            [graphs.gradients, gradients.arrays],
          ),
        }),
      );
      const sequencer = own(new Sequencer(device, countsSteps(planned)));
      const carry = unflatten<AsArrays<Carry>>(request.carry, packed.arrays);
      const parts: ReverseParts = {
        policy: planned.policy,
        maxSteps: request.maxSteps,
        packed,
        adjoints,
        gradients,
        spare,
        keepsRecord,
        recordBytes: memory.recordBytes,
        forward,
        backward,
        terminal,
        rows,
        rowCount: memory.rowCount,
        slotCount: memory.slotCount,
        sequencer,
        owned,
      };
      await device.settle();
      return new ReverseLoop<Carry>(parts, carry, planned.bytes, graphs.explanation);
    } catch (error) {
      for (const one of owned.reverse()) one.destroy();
      throw error;
    }
  }

  /** Runs T steps from the present carry, then the reverse sweep. Afterwards the carry holds the last state. */
  async gradient(steps: number): Promise<ReverseStatistics> {
    checkSteps('reverse.gradient', steps);
    const parts = this.#parts;
    if (steps > parts.maxSteps)
      throw new RangeError(
        `reverse.gradient: T = ${steps} exceeds the ${parts.maxSteps} steps this loop was planned for; make it with maxSteps: ${steps}.`,
      );
    const count = { forward: 0, kept: 0 };
    const statistics = await parts.sequencer.perform(sweep(parts, steps, count));
    return {
      ...statistics,
      forwardSteps: count.forward,
      repeatedSteps: count.forward - steps,
      keptStates: count.kept,
    };
  }

  /** The plans of one step, for printing and counting. */
  get plans(): { readonly forward: Plan; readonly backward: Plan; readonly terminal: Plan } {
    const { forward, backward, terminal } = this.#parts;
    return { forward, backward, terminal };
  }

  destroy(): void {
    for (const one of this.#parts.owned) one.destroy();
  }
}
