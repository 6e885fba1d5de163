/** @file A loop that runs inside one dispatch, for inner problems that fit one workgroup per task: host work does not depend on T. */

import { makeResidentProgram, type ResidentProgram } from '../compile/resident.ts';
import { regionBytes } from '../compile/storage.ts';
import type { LedgerBuffer } from '../device/buffer.ts';
import type { Device } from '../device/device.ts';
import type { ByteClass } from '../device/ledger.ts';
import type { RunQueue } from '../device/order.ts';
import { bufferUsage, computeStage } from '../device/usage.ts';
import { elementCount } from '../graph/shape.ts';
import { unflatten } from '../graph/tree.ts';
import { valuesOfArray } from '../ops/leaf/input.ts';
import { addBytes, type ByteCounts } from '../runtime/byte-counts.ts';
import { DeviceArray } from '../runtime/device-array.ts';
import { targetOf } from '../runtime/plan.ts';
import { type AsArrays, checkSteps, type Step, traceStep } from './state.ts';

/** What a resident loop is made from: the carry of one task, what is given, and the step. */
export interface ResidentLoopRequest<Carry, Given> {
  /** The carry of one task. */
  readonly carry: Carry;
  /** None when left out. */
  readonly given?: Given;
  /** Given arrays of which every task has its own, along a leading axis; the step sees one task's. */
  readonly perTask?: readonly DeviceArray[];
  readonly tasks: number;
  /** One step of one task. */
  readonly step: Step<Carry, Given>;
}

/** A loop whose tasks run all their steps inside one dispatch, one workgroup a task. */
export class ResidentLoop<Carry> {
  /** The carries of all tasks: each array has a leading axis of tasks. */
  readonly carry: AsArrays<Carry>;
  readonly program: ResidentProgram;
  readonly predicted: Readonly<Partial<Record<ByteClass, number>>>;
  private readonly device: Device;
  private readonly pipeline: GPUComputePipeline;
  private readonly group: GPUBindGroup;
  private readonly rangeGroup: GPUBindGroup;
  private readonly range: LedgerBuffer;
  private readonly tasks: number;
  private readonly bound: readonly DeviceArray[];
  private readonly owned: readonly { destroy(): void }[];

  private constructor(parts: {
    carry: AsArrays<Carry>;
    program: ResidentProgram;
    predicted: ByteCounts;
    device: Device;
    pipeline: GPUComputePipeline;
    group: GPUBindGroup;
    rangeGroup: GPUBindGroup;
    range: LedgerBuffer;
    tasks: number;
    bound: readonly DeviceArray[];
    owned: readonly { destroy(): void }[];
  }) {
    this.carry = parts.carry;
    this.program = parts.program;
    this.predicted = parts.predicted;
    this.device = parts.device;
    this.pipeline = parts.pipeline;
    this.group = parts.group;
    this.rangeGroup = parts.rangeGroup;
    this.range = parts.range;
    this.tasks = parts.tasks;
    this.bound = parts.bound;
    this.owned = parts.owned;
  }

  /** @throws {ResidentError} when the step contains what has no resident form */
  static async make<Carry, Given = Record<string, never>>(
    device: Device,
    request: ResidentLoopRequest<Carry, Given>,
  ): Promise<ResidentLoop<Carry>> {
    const { tasks } = request;
    // The step is traced on one task: arrays of all tasks appear without their leading axis.
    const views = new Map(
      (request.perTask ?? []).map((array) => [
        array,
        new DeviceArray(device, array.shape.slice(1), {
          dtype: array.dtype,
          within: { buffer: array.buffer, offset: array.offset },
        }),
      ]),
    );
    const all: DeviceArray[] = [];
    const oneTask = mapArrays(request.given ?? {}, (array) => {
      all.push(array);
      return views.get(array) ?? array;
    });
    const traced = traceStep(request.carry, oneTask, request.step as Step<Carry, unknown>);
    for (const array of all) array.checkLive('A resident loop that reads it');
    const program = makeResidentProgram(
      {
        carry: traced.carry,
        given: traced.given,
        perTask: all.map((array) => views.has(array)),
        next: traced.next,
      },
      targetOf(device),
    );
    const owned: { destroy(): void }[] = [];
    const make = (shape: readonly number[], dtype: DeviceArray['dtype'], role: ByteClass, label: string) => {
      const array = new DeviceArray(device, shape, { dtype, class: role, label });
      owned.push(array);
      return array;
    };
    const bytes: ByteCounts[] = [];
    const count = (shape: readonly number[], role: ByteClass) => {
      const own = 4 * elementCount(shape);
      bytes.push({ [role]: own, padding: regionBytes(elementCount(shape)) - own });
    };
    try {
      const constants = program.constants.map((tensor) => {
        count(tensor.shape, 'constants');
        const array = make(tensor.shape, tensor.dtype, 'constants', 'constant of a resident loop');
        array.write(valuesOfArray(tensor)!);
        return array;
      });
      const carry = traced.specs.map((spec, k) => {
        count([tasks, ...spec.shape], spec.class);
        return make([tasks, ...spec.shape], spec.dtype, spec.class, `carry ${traced.names[k]}`);
      });
      const bound = [...all, ...constants, ...carry];
      if (program.space === 'buffer') {
        count([tasks, program.words], 'scratch');
        bound.push(make([tasks, program.words], 'f32', 'scratch', 'memory of resident tasks'));
      }
      const range = device.createBuffer({
        bytes: 16,
        usage: bufferUsage.uniform | bufferUsage.copyDestination,
        label: 'range of steps',
        class: 'scratch',
      });
      owned.push(range);
      bytes.push({ scratch: 16 });
      const layout = device.bindGroupLayout(
        bound.map((_, binding) => ({
          binding,
          visibility: computeStage,
          buffer: { type: 'storage' as const },
        })),
      );
      const rangeLayout = device.bindGroupLayout([
        { binding: 0, visibility: computeStage, buffer: { type: 'uniform' as const } },
      ]);
      const pipeline = await device.pipeline(program.wgsl, {
        label: 'resident loop',
        layout: device.gpu.createPipelineLayout({ bindGroupLayouts: [layout, rangeLayout] }),
      });
      const group = device.gpu.createBindGroup({
        layout,
        entries: bound.map((array, binding) => ({
          binding,
          resource: { buffer: array.buffer.gpu, offset: array.offset, size: array.bytes },
        })),
      });
      const rangeGroup = device.gpu.createBindGroup({
        layout: rangeLayout,
        entries: [{ binding: 0, resource: { buffer: range.gpu } }],
      });
      return new ResidentLoop<Carry>({
        carry: unflatten(request.carry, carry) as unknown as AsArrays<Carry>,
        program,
        predicted: addBytes(...bytes),
        device,
        pipeline,
        group,
        rangeGroup,
        range,
        tasks,
        bound,
        owned,
      });
    } catch (error) {
      for (const one of owned) one.destroy();
      throw error;
    }
  }

  /** Runs steps from … from + steps − 1 of every task, `chunk` steps a dispatch. */
  run(steps: number, options: { from?: number; chunk?: number } = {}): Promise<void> {
    checkSteps('residentLoop.run', steps);
    for (const array of this.bound) array.checkLive('residentLoop.run');
    return this.device.inTurn((queue) => this.dispatch(queue, steps, options));
  }

  private async dispatch(
    queue: RunQueue,
    steps: number,
    options: { from?: number; chunk?: number },
  ): Promise<void> {
    const { device } = this;
    const from = options.from ?? 0;
    const chunk = options.chunk ?? steps;
    for (let first = from; first < from + steps; first += chunk) {
      const range = Uint32Array.of(first, Math.min(from + steps, first + chunk), 0, 0);
      device.writeWithinRun(this.range, range, 0);
      const encoder = device.gpu.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(this.pipeline);
      pass.setBindGroup(0, this.group);
      pass.setBindGroup(1, this.rangeGroup);
      pass.dispatchWorkgroups(this.tasks);
      pass.end();
      queue.submit(encoder.finish());
    }
    await queue.idle();
  }

  destroy(): void {
    for (const one of this.owned) one.destroy();
  }
}

/** A tree of arrays with each replaced. */
function mapArrays(tree: unknown, replace: (array: DeviceArray) => DeviceArray): unknown {
  if (tree instanceof DeviceArray) return replace(tree);
  if (Array.isArray(tree)) return tree.map((child) => mapArrays(child, replace));
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(
    Object.keys(tree)
      .sort()
      .map((key) => [key, mapArrays((tree as Record<string, unknown>)[key], replace)]),
  );
}
