/**
 * @file A workspace on a device: slots are arrays, kernels are plans that share one arena (they never run at the same time), and
 * actions are replayed without allocating, uploading or looking anything up.
 */
import {
  type Device,
  DeviceArray,
  elementCount,
  Plan,
  type PlanRequest,
  type Tensor,
} from '@longhorizon/tensor';
import {
  addBytes,
  type ByteCounts,
  type Action as DeviceAction,
  makeProgram,
  type Program,
  predictBytes,
  Sequencer,
  targetOf,
  variantsUsed,
} from '@longhorizon/tensor/compiler';
import { addCounts, type Counts, noCounts } from './counts.ts';
import { DeviceRows } from './device-rows.ts';
import type { Engine, EngineStatistics } from './engine.ts';
import type { Action, Kernel, Rows, Slot, Workspace } from './workspace.ts';

/** Arrays that slots use instead of arrays of their own: data that several runs share. */
export type BoundArrays = ReadonlyMap<Slot, DeviceArray>;

interface PlannedKernel {
  readonly kernel: Kernel;
  readonly request: PlanRequest;
  readonly program: Program;
}

/** A workspace worked out for a device: programs written, bytes known, nothing allocated. */
export interface DevicePlan {
  readonly device: Device;
  readonly workspace: Workspace;
  readonly bound: BoundArrays;
  readonly kernels: readonly PlannedKernel[];
  readonly arena: Program['arena'] | undefined;
  readonly usesStepIndex: boolean;
  /** Bytes that opening it will allocate, by class; bound arrays are not counted. */
  readonly bytes: ByteCounts;
}

/** Works out a workspace for a device. */
export function planWorkspace(
  device: Device,
  workspace: Workspace,
  bound: BoundArrays = new Map(),
): DevicePlan {
  const target = targetOf(device);
  const kernels = workspace.kernels
    .filter(({ updates }) => updates.size > 0)
    .map((kernel): PlannedKernel => {
      const updates = new Map([...kernel.updates].map(([slot, value]) => [slot.tensor, value]));
      const request: PlanRequest = { outputs: [], updates, label: kernel.name, clocked: true };
      return { kernel, request, program: makeProgram(request, target) };
    });
  const arena = kernels
    .map(({ program }) => program.arena)
    .reduce<Program['arena'] | undefined>(
      (most, one) => (one.bytes > (most?.bytes ?? 0) ? one : most),
      undefined,
    );
  const usesStepIndex = kernels.some(({ program }) => program.usesStepIndex);
  const bytes = addBytes(
    ...workspace.slots.filter((slot) => !bound.has(slot)).map(slotBytes),
    ...workspace.rowsOf.map((rows) => DeviceRows.bytes(rows)),
    ...kernels.map(ownBytes),
    arena?.classes ?? {},
    { scratch: Sequencer.bytes(usesStepIndex) },
  );
  return { device, workspace, bound, kernels, arena, usesStepIndex, bytes };
}

/** Bytes of an array of its own: whole 16-byte vectors, the rest of the last one being padding. */
function slotBytes({ shape, class: role }: Slot): ByteCounts {
  const bytes = 4 * elementCount(shape);
  return addBytes({ [role]: bytes }, { padding: Math.max(16, Math.ceil(bytes / 16) * 16) - bytes });
}

/** What a plan allocates beside slots and the arena: constants, arrays with parts that stay zero. */
function ownBytes({ request, program }: PlannedKernel): ByteCounts {
  return predictBytes(
    request,
    { ...program, inputs: new Map(), arena: { ...program.arena, classes: {} } },
    true,
  );
}

export class DeviceEngine implements Engine {
  readonly kind = 'device';
  readonly device: Device;
  /** Milliseconds spent on making pipelines. */
  readonly compileMs: number;
  readonly variants: Readonly<Record<string, string>>;
  counts: Counts = noCounts;
  private readonly arrays: ReadonlyMap<Slot, DeviceArray>;
  private readonly bySlotTensor: ReadonlyMap<Tensor, DeviceArray>;
  private readonly rows: ReadonlyMap<Rows, DeviceRows>;
  private readonly plans: ReadonlyMap<Kernel, Plan>;
  private readonly sequencer: Sequencer;
  private readonly owned: readonly { destroy(): void }[];

  private constructor(parts: {
    device: Device;
    compileMs: number;
    arrays: ReadonlyMap<Slot, DeviceArray>;
    rows: ReadonlyMap<Rows, DeviceRows>;
    plans: ReadonlyMap<Kernel, Plan>;
    sequencer: Sequencer;
    owned: readonly { destroy(): void }[];
  }) {
    this.device = parts.device;
    this.compileMs = parts.compileMs;
    this.arrays = parts.arrays;
    this.bySlotTensor = new Map([...parts.arrays].map(([slot, array]) => [slot.tensor, array]));
    this.rows = parts.rows;
    this.plans = parts.plans;
    this.variants = variantsUsed([...parts.plans.values()].map((plan) => plan.program));
    this.sequencer = parts.sequencer;
    this.owned = parts.owned;
  }

  /** Allocates what was planned, and nothing else; after a failure nothing is left. */
  static async open(plan: DevicePlan): Promise<DeviceEngine> {
    const { device, workspace, bound } = plan;
    const owned: { destroy(): void }[] = [];
    const own = <T extends { destroy(): void }>(one: T): T => {
      owned.push(one);
      return one;
    };
    try {
      const arrays = new Map<Slot, DeviceArray>(bound);
      for (const slot of workspace.slots) {
        if (arrays.has(slot)) continue;
        const { shape, dtype, class: role, name: label, initial } = slot;
        const array = own(new DeviceArray(device, shape, { dtype, class: role, label }));
        if (initial !== undefined) array.write(initial.values);
        arrays.set(slot, array);
      }
      const rows = new Map(workspace.rowsOf.map((one) => [one, own(new DeviceRows(device, one))]));
      const arena =
        plan.arena === undefined
          ? undefined
          : own(
              device.createBuffer({
                bytes: plan.arena.bytes,
                label: 'arena of a method',
                classes: plan.arena.classes,
                boundInParts: true,
              }),
            );
      const bindings = new Map([...arrays].map(([slot, array]) => [slot.tensor, array]));
      const start = performance.now();
      const shared = arena === undefined ? {} : { arena };
      const made = await Promise.allSettled(
        plan.kernels.map(async ({ kernel, request, program }) => {
          const bindingRequest = { ...request, arrays: bindings, ...shared };
          return [kernel, own(await Plan.fromProgram(device, program, bindingRequest))] as const;
        }),
      );
      const compileMs = performance.now() - start;
      const failed = made.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      const plans = new Map(made.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
      const sequencer = own(new Sequencer(device, plan.usesStepIndex));
      // Memory that was not there is only known now.
      await device.settle();
      return new DeviceEngine({ device, compileMs, arrays, rows, plans, sequencer, owned });
    } catch (error) {
      for (const one of owned.reverse()) one.destroy();
      throw error;
    }
  }

  async perform(actions: Iterable<Action>): Promise<EngineStatistics> {
    const statistics = await this.sequencer.perform(this.translate(actions));
    return { runs: statistics.runs, dispatches: statistics.dispatches, wallMs: statistics.wallMs };
  }

  async read(slot: Slot): Promise<Float64Array> {
    return Float64Array.from(await this.array(slot).read());
  }

  write(slot: Slot, values: ArrayLike<number>): void {
    this.array(slot).write(values);
  }

  array(slot: Slot): DeviceArray {
    const array = this.arrays.get(slot);
    if (array === undefined) throw new Error(`internal: slot '${slot.name}' belongs to another workspace.`);
    return array;
  }

  async evaluate(outputs: readonly Tensor[], index = 0): Promise<Float64Array[]> {
    const plan = await Plan.make(this.device, {
      outputs,
      arrays: this.bySlotTensor,
      clocked: true,
      label: 'a report',
    });
    const sequencer = new Sequencer(this.device, plan.program.usesStepIndex);
    try {
      await sequencer.perform([{ kind: 'run', plan, index }]);
      return await Promise.all(plan.outputs.map(async (output) => Float64Array.from(await output.read())));
    } finally {
      plan.destroy();
      sequencer.destroy();
    }
  }

  destroy(): void {
    for (const one of this.owned) one.destroy();
  }

  private *translate(actions: Iterable<Action>): Generator<DeviceAction> {
    for (const action of actions) {
      switch (action.kind) {
        case 'run': {
          const plan = this.plans.get(action.kernel);
          if (plan !== undefined) yield { kind: 'run', plan, index: action.index };
          else if (action.kernel.updates.size > 0)
            throw new Error(
              `internal: kernel '${action.kernel.name}' was declared after its workspace was planned.`,
            );
          this.counts = addCounts(this.counts, action.kernel.counts);
          break;
        }
        case 'copy': {
          const [from, to] = [this.array(action.from), this.array(action.to)];
          yield {
            kind: 'copy',
            from: from.buffer,
            fromOffset: from.offset,
            to: to.buffer,
            toOffset: to.offset,
            bytes: 4 * elementCount(from.shape),
          };
          break;
        }
        case 'save':
        case 'load': {
          const arrays = action.slots.map((slot) => this.array(slot));
          yield* this.rows.get(action.rows)!.move(action.kind, action.row, arrays);
          break;
        }
        default:
          action satisfies never;
      }
    }
  }
}
