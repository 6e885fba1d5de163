/**
 * @file A function of one task, run for all tasks in chunks that fit a budget of bytes. Every task gets the same bits, however
 * the tasks are cut: no op's batched form lets tasks influence each other, and the rules that decide the order of sums are told
 * how much there is in all.
 */

import { makeProgram } from '../compile/program.ts';
import type { Device } from '../device/device.ts';
import { formatBytes } from '../device/errors.ts';
import type { ByteClass } from '../device/ledger.ts';
import { elementCount, showShape } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { MemoryBudgetError, parseBytes, showBytes } from '../loop/byte-budget.ts';
import { input } from '../ops/leaf/input.ts';
import { vmap } from '../transform/vmap.ts';
import { DeviceArray } from './device-array.ts';
import { addBytes, Plan, type PlanRequest, predictBytes, targetOf, totalBytes } from './plan.ts';

export interface TaskMapRequest {
  /** From arrays of one task, then the shared arrays, to the results of one task. */
  readonly f: (...inputs: Tensor[]) => readonly Tensor[];
  /** Arrays with a leading axis of tasks. */
  readonly perTask: readonly DeviceArray[];
  /** Arrays that all tasks read. */
  readonly shared?: readonly DeviceArray[];
  /** What a chunk may allocate beside the arrays given and the results; as much as it needs when left out. */
  readonly memory?: string | number;
}

export class TaskMap {
  /** The results of all tasks, each with a leading axis of tasks. */
  readonly outputs: readonly DeviceArray[];
  readonly tasks: number;
  /** Tasks that run at once. */
  readonly chunk: number;
  /** Bytes that the map allocates, by class, as predicted before it was made. */
  readonly predicted: Readonly<Partial<Record<ByteClass, number>>>;
  private readonly device: Device;
  private readonly plan: Plan;
  private readonly perTask: readonly DeviceArray[];
  private readonly chunkInputs: readonly DeviceArray[];

  private constructor(parts: {
    device: Device;
    plan: Plan;
    outputs: readonly DeviceArray[];
    tasks: number;
    chunk: number;
    predicted: TaskMap['predicted'];
    perTask: readonly DeviceArray[];
    chunkInputs: readonly DeviceArray[];
  }) {
    this.device = parts.device;
    this.plan = parts.plan;
    this.outputs = parts.outputs;
    this.tasks = parts.tasks;
    this.chunk = parts.chunk;
    this.predicted = parts.predicted;
    this.perTask = parts.perTask;
    this.chunkInputs = parts.chunkInputs;
  }

  /** @throws {MemoryBudgetError} with the breakdown, when not even one task at a time fits */
  static async make(device: Device, request: TaskMapRequest): Promise<TaskMap> {
    const tasks = tasksOf(request.perTask);
    const budget = request.memory === undefined ? Number.POSITIVE_INFINITY : parseBytes(request.memory);
    let smallest: ReturnType<typeof chunkProgram> | undefined;
    for (const chunk of divisorsDescending(tasks)) {
      const planned = chunkProgram(device, request, tasks, chunk);
      smallest = planned;
      if (totalBytes(planned.bytes) > budget) continue;
      const plan = await Plan.fromProgram(device, planned.program, planned.request);
      const outputs = planned.request.outputs.map(
        (tensor) =>
          new DeviceArray(device, [tasks, ...tensor.shape.slice(1)], {
            dtype: tensor.dtype,
            label: 'results of all tasks',
          }),
      );
      const chunkInputs = planned.inputs.map((tensor) => plan.inputs.get(tensor)!);
      return new TaskMap({
        device,
        plan,
        outputs,
        tasks,
        chunk,
        predicted: planned.bytes,
        perTask: request.perTask,
        chunkInputs,
      });
    }
    const { bytes } = smallest!;
    throw new MemoryBudgetError(
      `taskMap: one of ${tasks} tasks at a time needs ${formatBytes(totalBytes(bytes))} (${showBytes(bytes)}), but the budget is ${formatBytes(budget)}; give at least that, or make a task smaller.`,
    );
  }

  /** Runs all chunks. */
  async run(): Promise<void> {
    const { device, plan, chunk } = this;
    for (let first = 0; first < this.tasks; first += chunk) {
      const encoder = device.gpu.createCommandEncoder();
      const copy = (from: DeviceArray, fromTask: number, to: DeviceArray, toTask: number) => {
        const words = elementCount(from.shape.slice(1));
        if (words === 0) return;
        const at = (array: DeviceArray, task: number) => array.offset + 4 * words * task;
        encoder.copyBufferToBuffer(
          from.buffer.gpu,
          at(from, fromTask),
          to.buffer.gpu,
          at(to, toTask),
          4 * words * chunk,
        );
      };
      this.perTask.forEach((array, k) => {
        const own = this.chunkInputs[k];
        if (own !== undefined) copy(array, first, own, 0);
      });
      const pass = encoder.beginComputePass();
      plan.encode(pass);
      pass.end();
      plan.outputs.forEach((array, k) => {
        copy(array, 0, this.outputs[k]!, first);
      });
      device.submit(encoder.finish());
    }
    await device.idle();
  }

  destroy(): void {
    this.plan.destroy();
    for (const output of this.outputs) output.destroy();
  }
}

function tasksOf(arrays: readonly DeviceArray[]): number {
  const tasks = arrays[0]?.shape[0];
  if (tasks === undefined || tasks < 1 || arrays.some((array) => array.shape[0] !== tasks))
    throw new RangeError(
      `taskMap: the arrays per task have shapes ${arrays.map((array) => showShape(array.shape)).join(', ')}; give at least one, all with the same leading axis of 1 or more tasks.`,
    );
  return tasks;
}

/** Chunks are of one size, so one plan serves all. */
function divisorsDescending(count: number): number[] {
  const divisors: number[] = [];
  for (let divisor = count; divisor >= 1; divisor--) if (count % divisor === 0) divisors.push(divisor);
  return divisors;
}

function chunkProgram(device: Device, request: TaskMapRequest, tasks: number, chunk: number) {
  const inputs = request.perTask.map((array) =>
    input([chunk, ...array.shape.slice(1)], { dtype: array.dtype, name: 'tasks of a chunk' }),
  );
  const shared = (request.shared ?? []).map((array) =>
    input(array.shape, { dtype: array.dtype, name: 'shared' }),
  );
  const axes = [...inputs.map(() => 0), ...shared.map(() => null)];
  const outputs = vmap((...own: Tensor[]) => [...request.f(...own)], { in: axes, size: chunk })(
    ...inputs,
    ...shared,
  );
  const replicas = tasks / chunk;
  const planRequest: PlanRequest = {
    outputs,
    arrays: new Map(shared.map((tensor, k) => [tensor, request.shared![k]!])),
    replicas,
    label: `a chunk of ${chunk} tasks`,
  };
  const program = makeProgram(planRequest, targetOf(device, replicas));
  return { inputs, request: planRequest, program, bytes: addBytes(predictBytes(planRequest, program)) };
}
