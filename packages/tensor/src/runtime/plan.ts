/**
 * @file A plan: a program with its buffers, pipelines and bind groups, ready to run any number of times. Running it
 * allocates nothing, uploads nothing and looks nothing up: it is a flat list of dispatches.
 */

import { makeProgram } from '../compile/known-programs.ts';
import type { Program } from '../compile/program.ts';
import { type Region, regionBytes } from '../compile/storage.ts';
import type { LedgerBuffer } from '../device/buffer.ts';
import type { Device } from '../device/device.ts';
import { DeviceUsageError } from '../device/errors.ts';
import type { ByteClass } from '../device/ledger.ts';
import { elementCount, showShape } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { nameOf, valuesOfArray } from '../ops/leaf/input.ts';
import { BoundGroup, type BoundRange, RowRegions } from './bound-group.ts';
import { type ArrayForm, ownerless } from './byte-counts.ts';
import { checkBindings, checkBound } from './check-bindings.ts';
import { type ArrayPlace, DeviceArray, toTypedArray } from './device-array.ts';
import { type Dispatch, encodeDispatch, profileDispatches } from './dispatch.ts';
import { type BoundNumbers, numbersOf } from './kernel-numbers.ts';
import { pipelineLayouts, warmedModule } from './pipeline-layouts.ts';
import type { PlanRequest } from './plan-request.ts';
import { StepClock } from './step-clock.ts';
import { targetOf } from './target-of.ts';

/**
 * A compiled graph with its buffers, pipelines and bind groups, ready to run any number of times. Running it allocates, uploads and
 * looks up nothing: it is a flat list of dispatches. Inputs that are not bound to arrays get arrays of the plan's own, to be written before
 * the first run. `predictBytes` tells its bytes before it is made.
 *
 * @throws {BufferTooLargeError} from make(), before anything is allocated, for what this adapter cannot bind
 * @throws {OutOfMemoryError} from make(), when the adapter has no memory for its buffers
 * @example
 * ```ts
 * import { input, multiply, openDevice, Plan } from '@longhorizon/tensor';
 *
 * const device = await openDevice();
 * const x = input([3]);
 * const plan = await Plan.make(device, { outputs: [multiply(x, 2)] });
 * plan.inputs.get(x)!.write([1, 2, 3]);
 * plan.run();
 * console.assert((await plan.outputs[0]!.read()).join() === '2,4,6');
 * plan.destroy();
 * await device.close();
 * ```
 */
export class Plan {
  readonly device: Device;
  readonly program: Program;
  readonly inputs: ReadonlyMap<Tensor, DeviceArray>;
  readonly outputs: readonly DeviceArray[];
  /** Milliseconds spent on making pipelines, measured from asking for all of them to having them. */
  readonly compileMs: number;
  /** What each kernel of the program is bound to, in the order of its regions. */
  readonly boundRegions: readonly (readonly BoundRange[])[];
  /** The uniform buffer of the numbers in which kernels with shared modules differ, with where each kernel's begin. */
  readonly boundNumbers: BoundNumbers | undefined;
  /** Additions, multiplications and other operations of a run. */
  readonly operations: number;
  readonly #dispatches: readonly Dispatch[];
  readonly #owned: readonly { destroy(): void }[];
  readonly #clock: StepClock | undefined;
  readonly #label: string;
  /** Inputs whose arrays the plan owns and does not update itself: the caller has to write them. */
  readonly #awaited: readonly Tensor[];
  readonly #bound: readonly LedgerBuffer[];
  /** Where the rows of the last run lay. */
  #rows: readonly ArrayPlace[] = [];
  #destroyed = false;
  #freed = false;

  private constructor(parts: {
    device: Device;
    program: Program;
    inputs: ReadonlyMap<Tensor, DeviceArray>;
    outputs: readonly DeviceArray[];
    boundRegions: readonly (readonly BoundRange[])[];
    boundNumbers: BoundNumbers | undefined;
    dispatches: readonly Dispatch[];
    owned: readonly { destroy(): void }[];
    clock: StepClock | undefined;
    compileMs: number;
    label: string;
    awaited: readonly Tensor[];
    bound: readonly LedgerBuffer[];
  }) {
    this.device = parts.device;
    this.program = parts.program;
    this.operations = parts.program.kernels.reduce((sum, { operations }) => sum + operations, 0);
    this.inputs = parts.inputs;
    this.outputs = parts.outputs;
    this.boundRegions = parts.boundRegions;
    this.boundNumbers = parts.boundNumbers;
    this.#dispatches = parts.dispatches;
    this.#owned = parts.owned;
    this.#clock = parts.clock;
    this.compileMs = parts.compileMs;
    this.#label = parts.label;
    this.#awaited = parts.awaited;
    this.#bound = parts.bound;
  }

  /** Compiles a graph and makes everything it needs to run. */
  static async make(device: Device, request: PlanRequest): Promise<Plan> {
    return Plan.fromProgram(device, makeProgram(request, targetOf(device)), request);
  }

  static async fromProgram(device: Device, program: Program, request: PlanRequest): Promise<Plan> {
    checkBindings(device, program);
    const start = performance.now();
    const rows = new RowRegions(program, request, device);
    device.warmer?.warm(program.kernels.map((kernel) => warmedModule(kernel, rows.dynamic(kernel))));
    const layouts = pipelineLayouts(device);
    const pipelines = await device.wait(
      Promise.all(
        program.kernels.map((kernel) =>
          device.pipeline(kernel.wgsl, {
            label: kernel.label,
            layout: layouts(kernel, rows.dynamic(kernel)),
          }),
        ),
      ),
    );
    const compileMs = performance.now() - start;
    const owned: { destroy(): void }[] = [];
    try {
      const plan = Plan.#build(device, program, request, rows, pipelines, compileMs, owned);
      // Whether there was memory for all of it is known only now.
      await device.settle();
      return plan;
    } catch (error) {
      for (const one of owned) one.destroy();
      throw error;
    }
  }

  static #build(
    device: Device,
    program: Program,
    request: PlanRequest,
    rows: RowRegions,
    pipelines: readonly GPUComputePipeline[],
    compileMs: number,
    owned: { destroy(): void }[],
  ): Plan {
    const arrays = new Map<Region, DeviceArray>();
    const make = (
      tensor: ArrayForm,
      region: Region,
      role: ByteClass,
      given: DeviceArray | undefined,
    ): DeviceArray => {
      if (given !== undefined) {
        checkBound(given, tensor, device);
        arrays.set(region, given);
        return given;
      }
      const label = `${role === 'constants' ? 'constant' : region.label} ${showShape(tensor.shape)}`;
      const array = new DeviceArray(device, tensor.shape, { dtype: tensor.dtype, label, class: role });
      owned.push(array);
      arrays.set(region, array);
      return array;
    };
    const inputs = new Map<Tensor, DeviceArray>();
    for (const [tensor, region] of program.inputs)
      inputs.set(
        tensor,
        make(tensor, region, request.classOf?.(tensor) ?? 'data', request.arrays?.get(tensor)),
      );
    for (const [tensor, region] of program.constants) {
      const array = make(tensor, region, 'constants', undefined);
      array.write(toTypedArray(valuesOfArray(tensor)!, tensor.dtype));
    }
    const outputs = program.outputs.map((region, k) => {
      const asked = request.outputs[k]!;
      return make(asked, region, request.classOf?.(asked) ?? 'scratch', request.outputArrays?.[k]);
    });

    const { arena } = program;
    for (const region of program.dedicated) make(ownerless(region), region, region.class, undefined);
    let arenaBuffer = request.arena;
    if (arena.bytes > 0 && arenaBuffer === undefined) {
      arenaBuffer = device.createBuffer({
        bytes: arena.bytes,
        label: `arena of ${request.label ?? 'a plan'}`,
        classes: arena.classes,
        boundInParts: true,
      });
      owned.push(arenaBuffer);
    }
    const range = (region: Region): BoundRange => {
      const real = program.aliasOf(region);
      const array = arrays.get(real);
      const row = rows.rowOf(real);
      if (array !== undefined && row !== undefined) return { row, offset: array.offset, bytes: array.bytes };
      const [buffer, offset, size] =
        array !== undefined
          ? [array.buffer, array.offset, array.bytes]
          : [arenaBuffer!, arena.offsets.get(real)!, regionBytes(real.elements)];
      return { buffer, binding: { buffer: buffer.gpu, offset, size } };
    };
    const boundRegions = program.kernels.map((kernel) => kernel.regions.map(range));
    const numbers = numbersOf(device, program, request.label);
    if (numbers !== undefined) owned.push(numbers.buffer);
    const dispatches = program.kernels.map((kernel, k): Dispatch => {
      const ranges = [...boundRegions[k]!];
      if (numbers !== undefined && kernel.numbers !== undefined)
        ranges.push({ buffer: numbers.buffer, binding: numbers.bindings.get(kernel)! });
      return {
        pipeline: pipelines[k]!,
        group: new BoundGroup(device, kernel, ranges, rows.dynamic(kernel)),
        workgroups: kernel.workgroups,
        usesStepIndex: kernel.usesStepIndex,
      };
    });
    let clock: StepClock | undefined;
    if (program.usesStepIndex && !request.clocked) {
      clock = new StepClock(device, 1);
      owned.push(clock);
    }
    for (const output of outputs) output.buffer.markWritten();
    for (const tensor of request.updates?.keys() ?? []) inputs.get(tensor)?.buffer.markWritten();
    return new Plan({
      device,
      program,
      inputs,
      outputs,
      boundRegions,
      boundNumbers: numbers,
      dispatches,
      owned,
      clock,
      compileMs,
      label: request.label ?? 'a plan',
      awaited: [...inputs.keys()].filter(
        (tensor) =>
          request.arrays?.has(tensor) !== true &&
          request.updates?.has(tensor) !== true &&
          // Of an array without elements there is nothing to write.
          elementCount(tensor.shape) > 0,
      ),
      bound: [...new Set([...inputs.values(), ...outputs].map((array) => array.buffer))],
    });
  }

  get dispatchCount(): number {
    return this.#dispatches.length;
  }

  /**
   * Writes the dispatches into a pass.
   *
   * @param clock with `slot`, tells the step number where kernels ask for it
   * @param rows where the rows of the request's `inRows` begin in this run, by their numbers
   */
  encode(
    pass: GPUComputePassEncoder,
    clock: StepClock | undefined = this.#clock,
    slot = 0,
    rows: readonly ArrayPlace[] = [],
  ): void {
    this.#rows = rows;
    this.device.operations += this.operations;
    for (const dispatch of this.#dispatches) encodeDispatch(dispatch, pass, clock, slot, rows);
  }

  /**
   * @param when `asked`: now; `turn`: when a run that was asked for earlier has its turn, so that only what is really gone counts
   * @throws {DeviceUsageError} when the plan or an array that it is bound to has been destroyed
   * @throws TypeError when an input that the plan owns was not written
   */
  checkRunnable(when: 'asked' | 'turn' = 'asked'): void {
    const atTurn = when === 'turn';
    if (atTurn ? this.#freed : this.#destroyed)
      throw new DeviceUsageError(
        `A run was asked of ${this.#label}, which has been destroyed. Make it again, or destroy it later.`,
      );
    for (const buffer of this.#bound)
      if (atTurn ? buffer.freed : buffer.destroyed)
        throw new DeviceUsageError(
          `A run was asked of ${this.#label}, whose array '${buffer.label}' has been destroyed. Destroy an array after what is bound to it.`,
        );
    for (const tensor of this.#awaited)
      if (!this.inputs.get(tensor)!.buffer.written)
        throw new TypeError(
          `plan: input '${nameOf(tensor)}' ${tensor.dtype}${showShape(tensor.shape)} of ${this.#label} was never given a value; write to plan.inputs.get(it), or bind a device array to it in arrays.`,
        );
  }

  /**
   * Runs the plan once: one submission. During a run of a loop, it happens after it.
   * @throws as checkRunnable() does
   */
  run(): void {
    this.checkRunnable();
    const encoder = this.device.gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    this.encode(pass);
    pass.end();
    this.device.submit(encoder.finish());
  }

  /**
   * GPU nanoseconds of each dispatch, one pass a dispatch, the median over runs; undefined where the device has no timestamps, and for arrays in rows before
   * any run was written into a pass.
   * Passes of their own cost more than a run does, so the sum exceeds the time of `run()`. Arrays in rows lie where they lay in the last run.
   */
  async profile(runs = 5): Promise<readonly number[] | undefined> {
    this.checkRunnable();
    const isInRows = this.boundRegions.some((ranges) => ranges.some(({ row }) => row !== undefined));
    if (isInRows && this.#rows.length === 0) return undefined;
    // Whoever runs plans in turn has a clock for all of them; here every dispatch is of step 0.
    const own =
      this.#clock === undefined && this.program.usesStepIndex ? new StepClock(this.device, 1) : undefined;
    try {
      return await profileDispatches(this.device, this.#dispatches, this.#clock ?? own, this.#rows, runs);
    } finally {
      own?.destroy();
    }
  }

  /** Frees the buffers that the plan made. Arrays given to it stay. */
  destroy(): void {
    for (const one of this.#owned) one.destroy();
    this.#destroyed = true;
    // A run that was asked for before still runs.
    this.device.whenReached(() => {
      this.#freed = true;
    });
  }
}
