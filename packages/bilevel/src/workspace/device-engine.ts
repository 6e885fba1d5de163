/**
 * @file A workspace on a device: variables are arrays, computations are plans that share one arena (they never run at the same time), and
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
  choicesForRecord,
  type DeviceAction,
  makeProgram,
  PackedArrays,
  type Program,
  predictBytes,
  Sequencer,
  targetOf,
  variantsUsed,
} from '@longhorizon/tensor/compiler';
import { addCounts, type Counts, noCounts } from './counts.ts';
import { DeviceHistory } from './device-history.ts';
import type { Engine, EngineStatistics, PerformedPlan } from './engine.ts';
import { type PackedVariables, packVariables } from './packed-variables.ts';
import type { Action, Computation, History, Variable, Workspace } from './workspace.ts';

/** Arrays that variables use instead of arrays of their own: data that several runs share. */
export type BoundArrays = ReadonlyMap<Variable, DeviceArray>;

interface CompiledComputation {
  readonly computation: Computation;
  readonly request: PlanRequest;
  readonly program: Program;
}

/** A workspace compiled for a device: programs written, bytes known, nothing allocated. */
export interface CompiledWorkspace {
  readonly device: Device;
  readonly workspace: Workspace;
  readonly bound: BoundArrays;
  readonly computations: readonly CompiledComputation[];
  readonly arena: Program['arena'] | undefined;
  readonly usesStepIndex: boolean;
  /** Where its own variables lie, if they share a buffer. */
  readonly packed: PackedVariables | undefined;
  /** Bytes that an engine of it will allocate, by class; bound arrays are not counted. */
  readonly bytes: ByteCounts;
}

/** Compiles a workspace for a device. */
export function compileWorkspace(
  device: Device,
  workspace: Workspace,
  bound: BoundArrays = new Map(),
): CompiledWorkspace {
  const target = targetOf(device);
  const computations = workspace.computations
    .filter(({ updates }) => updates.size > 0)
    .map((computation): CompiledComputation => {
      const updates = new Map([...computation.updates].map(([variable, value]) => [variable.tensor, value]));
      const request: PlanRequest = { outputs: [], updates, label: computation.name, clocked: true };
      return { computation, request, program: makeProgram(request, target) };
    });
  const arena = computations
    .map(({ program }) => program.arena)
    .reduce<Program['arena'] | undefined>(
      (most, one) => (one.bytes > (most?.bytes ?? 0) ? one : most),
      undefined,
    );
  const usesStepIndex = computations.some(({ program }) => program.usesStepIndex);
  const own = workspace.variables.filter((variable) => !bound.has(variable));
  const constants = computations.flatMap(({ program }) => [
    ...program.constants.keys(),
    ...program.dedicated,
  ]);
  const others = bound.size + workspace.histories.length + constants.length + (arena === undefined ? 0 : 1);
  const packed = packVariables(device, own, others);
  const bytes = addBytes(
    ...(packed === undefined ? own.map(variableBytes) : [packed.layout.classes]),
    ...workspace.histories.map((history) => DeviceHistory.bytes(history)),
    ...computations.map(ownBytes),
    arena?.classes ?? {},
    { scratch: Sequencer.bytes(usesStepIndex) },
  );
  return { device, workspace, bound, computations, arena, usesStepIndex, packed, bytes };
}

/** Bytes of an array of its own: whole 16-byte vectors, the rest of the last one being padding. */
function variableBytes({ shape, class: role }: Variable): ByteCounts {
  const bytes = 4 * elementCount(shape);
  return addBytes({ [role]: bytes }, { padding: Math.max(16, Math.ceil(bytes / 16) * 16) - bytes });
}

/** What a plan allocates beside variables and the arena: constants, arrays with parts that stay zero. */
function ownBytes({ request, program }: CompiledComputation): ByteCounts {
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
  readonly choices: Readonly<Record<string, string>>;
  counts: Counts = noCounts;
  readonly #arrays: ReadonlyMap<Variable, DeviceArray>;
  readonly #byVariableTensor: ReadonlyMap<Tensor, DeviceArray>;
  readonly #histories: ReadonlyMap<History, DeviceHistory>;
  readonly #plans: ReadonlyMap<Computation, Plan>;
  readonly #runs = new Map<Plan, number>();
  readonly #sequencer: Sequencer;
  readonly #owned: readonly { destroy(): void }[];

  private constructor(parts: {
    device: Device;
    compileMs: number;
    arrays: ReadonlyMap<Variable, DeviceArray>;
    histories: ReadonlyMap<History, DeviceHistory>;
    plans: ReadonlyMap<Computation, Plan>;
    sequencer: Sequencer;
    owned: readonly { destroy(): void }[];
  }) {
    this.device = parts.device;
    this.compileMs = parts.compileMs;
    this.#arrays = parts.arrays;
    this.#byVariableTensor = new Map([...parts.arrays].map(([variable, array]) => [variable.tensor, array]));
    this.#histories = parts.histories;
    this.#plans = parts.plans;
    const programs = [...parts.plans.values()].map((plan) => plan.program);
    this.variants = variantsUsed(programs);
    this.choices = choicesForRecord(programs);
    this.#sequencer = parts.sequencer;
    this.#owned = parts.owned;
  }

  /** Allocates what was planned, and nothing else; after a failure nothing is left. */
  static async make(compiled: CompiledWorkspace): Promise<DeviceEngine> {
    const { device, workspace, bound } = compiled;
    const owned: { destroy(): void }[] = [];
    const own = <T extends { destroy(): void }>(one: T): T => {
      owned.push(one);
      return one;
    };
    try {
      const arrays = new Map<Variable, DeviceArray>(bound);
      if (compiled.packed !== undefined) {
        const { variables, alignment } = compiled.packed;
        const label = 'variables of a method';
        const shared = own(new PackedArrays(device, variables, label, undefined, alignment));
        for (const [k, variable] of variables.entries()) arrays.set(variable, shared.arrays[k]!);
      }
      for (const variable of workspace.variables) {
        if (bound.has(variable)) continue;
        const { shape, dtype, class: role, name: label, initial } = variable;
        const array =
          arrays.get(variable) ?? own(new DeviceArray(device, shape, { dtype, class: role, label }));
        if (initial !== undefined) array.write(initial.values);
        arrays.set(variable, array);
      }
      const histories = new Map(workspace.histories.map((one) => [one, own(new DeviceHistory(device, one))]));
      const arena =
        compiled.arena === undefined
          ? undefined
          : own(
              device.createBuffer({
                bytes: compiled.arena.bytes,
                label: 'arena of a method',
                classes: compiled.arena.classes,
                boundInParts: true,
              }),
            );
      const bindings = new Map([...arrays].map(([variable, array]) => [variable.tensor, array]));
      const start = performance.now();
      const shared = arena === undefined ? {} : { arena };
      const made = await Promise.allSettled(
        compiled.computations.map(async ({ computation, request, program }) => {
          const bindingRequest = { ...request, arrays: bindings, ...shared };
          return [computation, own(await Plan.fromProgram(device, program, bindingRequest))] as const;
        }),
      );
      const compileMs = performance.now() - start;
      const failed = made.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      const plans = new Map(made.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
      const sequencer = own(new Sequencer(device, compiled.usesStepIndex));
      // Memory that was not there is only known now.
      await device.settle();
      return new DeviceEngine({ device, compileMs, arrays, histories, plans, sequencer, owned });
    } catch (error) {
      for (const one of owned.reverse()) one.destroy();
      throw error;
    }
  }

  performed(): readonly PerformedPlan[] {
    return [...this.#runs].map(([plan, runs]) => ({ plan, runs }));
  }

  async perform(actions: Iterable<Action>): Promise<EngineStatistics> {
    const statistics = await this.#sequencer.perform(this.#translate(actions));
    return { runs: statistics.runs, dispatches: statistics.dispatches, wallMs: statistics.wallMs };
  }

  async read(variable: Variable): Promise<Float64Array> {
    return Float64Array.from(await this.array(variable).read());
  }

  write(variable: Variable, values: ArrayLike<number>): void {
    this.array(variable).write(values);
  }

  array(variable: Variable): DeviceArray {
    const array = this.#arrays.get(variable);
    if (array === undefined)
      throw new Error(`internal: variable '${variable.name}' belongs to another workspace.`);
    return array;
  }

  async evaluate(outputs: readonly Tensor[], index = 0): Promise<Float64Array[]> {
    const plan = await Plan.make(this.device, {
      outputs,
      arrays: this.#byVariableTensor,
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
    for (const one of this.#owned) one.destroy();
  }

  *#translate(actions: Iterable<Action>): Generator<DeviceAction> {
    for (const action of actions) {
      switch (action.kind) {
        case 'execute': {
          const plan = this.#plans.get(action.computation);
          if (plan !== undefined) {
            this.#runs.set(plan, (this.#runs.get(plan) ?? 0) + 1);
            yield { kind: 'run', plan, index: action.index };
          } else if (action.computation.updates.size > 0)
            throw new Error(
              `internal: computation '${action.computation.name}' was declared after its workspace was compiled.`,
            );
          this.counts = addCounts(this.counts, action.computation.counts);
          break;
        }
        case 'save':
        case 'load': {
          const arrays = action.variables.map((variable) => this.array(variable));
          yield* this.#histories.get(action.history)!.move(action.kind, action.entry, arrays);
          break;
        }
        default:
          action satisfies never;
      }
    }
  }
}
