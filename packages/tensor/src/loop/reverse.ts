/**
 * @file The gradient of a T-step loop, exact, under three memory policies:
 *
 * - `everything`: what each step's backward pass reads is kept for every step, as unrolled differentiation does;
 * - `states`: only the carries are kept; each step is run again before its backward pass;
 * - `{ memory }`: a budget in bytes; as many carries are kept as fit, by the binomial schedule, and steps are run again.
 *
 * All three run the same two plans on the same values (a step that also writes its residuals, and its backward pass), in other
 * orders; so their gradients are the same to the bit.
 */

import { makeProgram, type Program } from '../compile/program.ts';
import type { LedgerBuffer } from '../device/buffer.ts';
import type { Device } from '../device/device.ts';
import { formatBytes } from '../device/errors.ts';
import type { ByteClass } from '../device/ledger.ts';
import { bufferUsage } from '../device/usage.ts';
import { type Tensor, topologicalOrder } from '../graph/tensor.ts';
import { unflatten } from '../graph/tree.ts';
import { add } from '../ops/arithmetic/add.ts';
import { constant } from '../ops/leaf/constant.ts';
import { input, stepIndex } from '../ops/leaf/input.ts';
import type { DeviceArray } from '../runtime/device-array.ts';
import {
  addBytes,
  type ByteCounts,
  Plan,
  type PlanRequest,
  predictBytes,
  targetOf,
  totalBytes,
} from '../runtime/plan.ts';
import { partition, printResiduals } from '../transform/partition.ts';
import { reroot } from '../transform/reroot.ts';
import { simplify } from '../transform/simplify.ts';
import { vjp } from '../transform/vjp.ts';
import { zerosLike } from '../transform/zeros.ts';
import { parseBytes, showBytes } from './byte-budget.ts';
import { type ArraySpec, PackedArrays, packLayout } from './packed-arrays.ts';
import { binomialSchedule, everyStateSchedule, fewestAdvances, type ReverseMove } from './revolve.ts';
import { type Action, Sequencer, type SequenceStatistics } from './sequencer.ts';
import { type AsArrays, type AsTensors, checkSteps, type Step, type TracedStep, traceStep } from './state.ts';

export type MemoryPolicy = 'everything' | 'states' | { readonly memory: string | number };

export interface ReverseRequest<Carry, Given> {
  readonly carry: Carry;
  readonly given: Given;
  readonly step: Step<Carry, Given>;
  /** The scalar at the end, from the last carry. What it depends on among the given arrays counts, too. */
  readonly loss: (carry: AsTensors<Carry>, given: AsTensors<Given>) => Tensor;
  /** The given arrays that the gradient is wanted for. They do not change during a run. */
  readonly parameters: readonly DeviceArray[];
  /** The largest horizon that will be asked for. */
  readonly maxSteps: number;
  readonly policy: MemoryPolicy;
  readonly variants?: PlanRequest['variants'];
  readonly label?: string;
}

export interface ReverseStatistics extends SequenceStatistics {
  /** Runs of a step going forward, those done again included. */
  readonly forwardSteps: number;
  /** Of these, how many were done again. */
  readonly repeatedSteps: number;
}

export class MemoryBudgetError extends Error {
  override readonly name = 'MemoryBudgetError';
}

/** Copies of one size, in as few buffers as the adapter allows. */
class Slots {
  readonly slotBytes: number;
  private readonly perBuffer: number;
  private readonly buffers: readonly LedgerBuffer[];

  constructor(device: Device, slotBytes: number, count: number, classes: ByteCounts, label: string) {
    this.slotBytes = slotBytes;
    this.perBuffer = Math.max(1, Math.floor(Math.min(device.limits.maxBufferSize, 2 ** 30) / slotBytes));
    const buffers: LedgerBuffer[] = [];
    for (let first = 0; first < count; first += this.perBuffer) {
      const own = Math.min(this.perBuffer, count - first);
      buffers.push(
        device.createBuffer({
          bytes: own * slotBytes,
          usage: bufferUsage.copySource | bufferUsage.copyDestination,
          label,
          classes: scaleBytes(classes, own),
        }),
      );
    }
    this.buffers = buffers;
  }

  save(slot: number, from: LedgerBuffer, offset = 0, bytes = from.bytes): Action {
    const { buffer, start } = this.place(slot);
    return { kind: 'copy', from, fromOffset: 0, to: buffer, toOffset: start + offset, bytes };
  }

  load(slot: number, to: LedgerBuffer, offset = 0, bytes = to.bytes): Action {
    const { buffer, start } = this.place(slot);
    return { kind: 'copy', from: buffer, fromOffset: start + offset, to, toOffset: 0, bytes };
  }

  private place(slot: number): { buffer: LedgerBuffer; start: number } {
    const buffer = this.buffers[Math.floor(slot / this.perBuffer)]!;
    return { buffer, start: (slot % this.perBuffer) * this.slotBytes };
  }

  destroy(): void {
    for (const buffer of this.buffers) buffer.destroy();
  }
}

function scaleBytes(counts: ByteCounts, factor: number): ByteCounts {
  return Object.fromEntries(Object.entries(counts).map(([name, bytes]) => [name, bytes * factor]));
}

/** The three graphs of a reverse loop and what passes between them. */
interface Graphs {
  readonly traced: TracedStep;
  /** Forward values that the backward pass reads. */
  readonly residuals: readonly Tensor[];
  readonly residualInputs: readonly Tensor[];
  readonly adjoints: readonly Tensor[];
  readonly adjointSpecs: readonly ArraySpec[];
  readonly moving: readonly number[];
  /** Inputs that hold the gradient so far, and what replaces them. */
  readonly gradients: readonly Tensor[];
  readonly backward: ReadonlyMap<Tensor, Tensor>;
  readonly terminal: { readonly loss: Tensor; readonly updates: ReadonlyMap<Tensor, Tensor> };
  /** Whether the backward pass reads the carry itself. */
  readonly readsCarry: boolean;
  readonly explanation: string;
}

function buildGraphs<Carry, Given>(request: ReverseRequest<Carry, Given>): Graphs {
  const traced = traceStep(request.carry, request.given, request.step);
  const parameterTensors = request.parameters.map((array) => {
    const position = traced.arrays.indexOf(array);
    if (position < 0)
      throw new TypeError(
        'reverse: a parameter is not among the given arrays; pass the same array in `given`.',
      );
    if (array.dtype !== 'f32')
      throw new TypeError(
        `reverse: the gradient for an array of ${array.dtype} was asked for, but only f32 has derivatives; make it f32 or leave it out of the parameters.`,
      );
    return traced.given[position]!;
  });
  const moving = traced.specs.flatMap((spec, k) => (spec.dtype === 'f32' ? [k] : []));
  const adjoints = moving.map((k) => input(traced.specs[k]!.shape, { name: `adjoint ${traced.names[k]}` }));
  const gradients = parameterTensors.map((tensor) =>
    input(tensor.shape, { name: `gradient ${String(tensor.parameters.name)}` }),
  );
  const variables = [...moving.map((k) => traced.carry[k]!), ...parameterTensors];
  const { next, cotangents } = simplifiedTogether(
    traced.next,
    vjp(
      moving.map((k) => traced.next[k]!),
      variables,
      adjoints,
    ),
  );
  const kept = [...traced.carry, ...traced.given, stepIndex()];
  const wanted = cotangents.filter((tensor): tensor is Tensor => tensor !== undefined);
  const { residuals } = partition(next, wanted, kept);
  const residualTensors = residuals.map((residual) => residual.tensor);
  const residualInputs = residualTensors.map((tensor) =>
    input(tensor.shape, { dtype: tensor.dtype, name: `kept ${tensor.op.name}` }),
  );
  const replaced = reroot(
    cotangents,
    new Map(residualTensors.map((tensor, k) => [tensor, residualInputs[k]!])),
  );
  const backward = new Map<Tensor, Tensor>();
  adjoints.forEach((adjoint, k) => {
    backward.set(adjoint, replaced[k] ?? zerosLike(adjoint));
  });
  gradients.forEach((gradient, k) => {
    const contribution = replaced[adjoints.length + k];
    if (contribution !== undefined) backward.set(gradient, add(gradient, contribution));
  });

  const carryTree = unflatten(request.carry, traced.carry) as unknown as AsTensors<Carry>;
  const givenTree = unflatten(request.given, traced.given) as unknown as AsTensors<Given>;
  const loss = request.loss(carryTree, givenTree);
  if (loss.shape.length !== 0 || loss.dtype !== 'f32')
    throw new TypeError(
      `reverse: the loss is ${loss.dtype}[${loss.shape.join(', ')}], not an f32 scalar; take its sum or mean.`,
    );
  const atEnd = vjp([loss], variables, [onesOf(loss)]);
  const updates = new Map<Tensor, Tensor>();
  adjoints.forEach((adjoint, k) => {
    updates.set(adjoint, atEnd[k] ?? zerosLike(adjoint));
  });
  gradients.forEach((gradient, k) => {
    updates.set(gradient, atEnd[adjoints.length + k] ?? zerosLike(gradient));
  });
  const reached = new Set(inputsOf([...backward.values()]));
  return {
    traced: { ...traced, next },
    residuals: residualTensors,
    residualInputs,
    adjoints,
    adjointSpecs: adjoints.map((adjoint) => ({ shape: adjoint.shape, dtype: 'f32', class: 'tangents' })),
    moving,
    gradients,
    backward,
    terminal: { loss, updates },
    readsCarry: traced.carry.some((tensor) => reached.has(tensor)),
    explanation: printResiduals(next, wanted, kept),
  };
}

/** Simplified before residuals are chosen, so that what both passes share stays shared, and nothing needless is kept. */
function simplifiedTogether(next: readonly Tensor[], cotangents: readonly (Tensor | undefined)[]) {
  const present = cotangents.filter((tensor): tensor is Tensor => tensor !== undefined);
  const simple = simplify([...next, ...present]);
  let position = next.length;
  return {
    next: simple.slice(0, next.length),
    cotangents: cotangents.map((tensor) => (tensor === undefined ? undefined : simple[position++]!)),
  };
}

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
  private readonly parts: Parts;

  private constructor(parts: Parts, carry: AsArrays<Carry>, predicted: ByteCounts, explanation: string) {
    this.parts = parts;
    this.carry = carry;
    this.carryGradients = parts.adjoints.arrays;
    this.gradients = parts.gradients.arrays;
    this.loss = parts.terminal.outputs[0]!;
    this.predicted = predicted;
    this.explanation = explanation;
    this.checkpoints = parts.slotCount;
  }

  /** Bytes by class of a reverse loop, without allocating anything; refuses an impossible budget with the breakdown. */
  static predict<Carry, Given>(
    device: Device,
    request: ReverseRequest<Carry, Given>,
  ): Readonly<Partial<Record<ByteClass, number>>> {
    return planReverse(device, request).bytes;
  }

  static async make<Carry, Given>(
    device: Device,
    request: ReverseRequest<Carry, Given>,
  ): Promise<ReverseLoop<Carry>> {
    const planned = planReverse(device, request);
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
      const record =
        graphs.residuals.length === 0
          ? undefined
          : own(new PackedArrays(device, memory.recordSpecs, 'residuals of one step'));
      const before = memory.before
        ? own(new PackedArrays(device, traced.specs, 'carry before a step', 'trajectory'))
        : undefined;
      const last = memory.keepsLast
        ? own(new PackedArrays(device, traced.specs, 'last carry', 'trajectory'))
        : undefined;
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
          arrays: bind([traced.carry, packed.arrays]),
          outputArrays: record?.arrays ?? [],
        }),
      );
      const backward = own(
        await Plan.fromProgram(device, planned.backward.program, {
          ...planned.backward.request,
          ...shared,
          arrays: bind(
            [traced.carry, (before ?? packed).arrays],
            [graphs.residualInputs, record?.arrays ?? []],
            [graphs.adjoints, adjoints.arrays],
            [graphs.gradients, gradients.arrays],
          ),
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
      const slots =
        memory.slotCount === 0
          ? undefined
          : own(new Slots(device, memory.slotBytes, memory.slotCount, memory.slotClasses, memory.slotLabel));
      const sequencer = own(new Sequencer(device, countsSteps(planned)));
      const carry = unflatten(request.carry, packed.arrays) as unknown as AsArrays<Carry>;
      const parts: Parts = {
        policy: request.policy,
        maxSteps: request.maxSteps,
        packed,
        adjoints,
        gradients,
        record,
        before,
        last,
        forward,
        backward,
        terminal,
        slots,
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
    const { parts } = this;
    if (steps > parts.maxSteps)
      throw new RangeError(
        `reverse.gradient: T = ${steps} exceeds the ${parts.maxSteps} steps this loop was planned for; make it with maxSteps: ${steps}.`,
      );
    const count = { forward: 0 };
    const statistics = await parts.sequencer.perform(sweep(parts, steps, count));
    return { ...statistics, forwardSteps: count.forward, repeatedSteps: count.forward - steps };
  }

  /** The plans of one step, for printing and counting. */
  get plans(): { readonly forward: Plan; readonly backward: Plan; readonly terminal: Plan } {
    const { forward, backward, terminal } = this.parts;
    return { forward, backward, terminal };
  }

  destroy(): void {
    for (const one of this.parts.owned) one.destroy();
  }
}

interface Parts {
  readonly policy: MemoryPolicy;
  readonly maxSteps: number;
  readonly packed: PackedArrays;
  readonly adjoints: PackedArrays;
  readonly gradients: Pick<PackedArrays, 'arrays'>;
  readonly record: PackedArrays | undefined;
  readonly before: PackedArrays | undefined;
  readonly last: PackedArrays | undefined;
  readonly forward: Plan;
  readonly backward: Plan;
  readonly terminal: Plan;
  readonly slots: Slots | undefined;
  readonly slotCount: number;
  readonly sequencer: Sequencer;
  readonly owned: { destroy(): void }[];
}

const copyWhole = (from: PackedArrays, to: PackedArrays): Action => ({
  kind: 'copy',
  from: from.buffer,
  fromOffset: 0,
  to: to.buffer,
  toOffset: 0,
  bytes: from.buffer.bytes,
});

function* sweep(parts: Parts, steps: number, count: { forward: number }): Generator<Action> {
  const { packed, record, before, last, forward, backward, terminal, slots } = parts;
  const run = (plan: Plan, index: number): Action => ({ kind: 'run', plan, index });
  if (parts.policy === 'everything') {
    // A slot holds the record of a step, then the carry before it, each where the backward pass needs it.
    const recordBytes = record?.buffer.bytes ?? 0;
    for (let step = 0; step < steps; step++) {
      if (before !== undefined) yield slots!.save(step, packed.buffer, recordBytes);
      yield run(forward, step);
      count.forward++;
      if (record !== undefined) yield slots!.save(step, record.buffer);
    }
    yield run(terminal, steps);
    for (let step = steps - 1; step >= 0; step--) {
      if (record !== undefined) yield slots!.load(step, record.buffer);
      if (before !== undefined) yield slots!.load(step, before.buffer, recordBytes);
      yield run(backward, step);
    }
    return;
  }
  const moves: Iterable<ReverseMove> =
    parts.policy === 'states' ? everyStateSchedule(steps) : binomialSchedule(steps, parts.slotCount);
  for (const move of moves) {
    if (move.kind === 'save') yield slots!.save(move.slot, packed.buffer);
    else if (move.kind === 'load') yield slots!.load(move.slot, packed.buffer);
    else {
      if (move.kind === 'reverse' && before !== undefined) yield copyWhole(packed, before);
      yield run(forward, move.step);
      count.forward++;
      if (move.kind === 'reverse') {
        if (move.step === steps - 1) {
          yield run(terminal, steps);
          if (last !== undefined) yield copyWhole(packed, last);
        }
        yield run(backward, move.step);
      }
    }
  }
  if (last !== undefined) yield copyWhole(last, packed);
}

interface Planned {
  readonly graphs: Graphs;
  /** The largest of the three plans' arenas. */
  readonly arena: Program['arena'];
  readonly forward: { readonly program: Program; readonly request: PlanRequest };
  readonly backward: { readonly program: Program; readonly request: PlanRequest };
  readonly terminal: { readonly program: Program; readonly request: PlanRequest };
  readonly memory: {
    readonly gradientSpecs: readonly ArraySpec[];
    readonly recordSpecs: readonly ArraySpec[];
    readonly before: boolean;
    readonly keepsLast: boolean;
    readonly slotBytes: number;
    readonly slotCount: number;
    readonly slotClasses: ByteCounts;
    readonly slotLabel: string;
  };
  readonly bytes: Readonly<Partial<Record<ByteClass, number>>>;
}

function planReverse<Carry, Given>(device: Device, request: ReverseRequest<Carry, Given>): Planned {
  checkSteps('reverse', request.maxSteps);
  const graphs = buildGraphs(request);
  const { traced } = graphs;
  const target = targetOf(device);
  const variants = request.variants === undefined ? {} : { variants: request.variants };
  const make = (outputs: readonly Tensor[], updates: ReadonlyMap<Tensor, Tensor>, label: string) => {
    const own: PlanRequest = { outputs, updates, label, clocked: true, ...variants };
    return { program: makeProgram(own, target), request: own };
  };
  const changes = new Map<Tensor, Tensor>();
  traced.carry.forEach((tensor, k) => {
    if (traced.next[k] !== tensor) changes.set(tensor, traced.next[k]!);
  });
  const forward = make(graphs.residuals, changes, 'a step');
  const backward = make([], graphs.backward, "a step's backward pass");
  const terminal = make([graphs.terminal.loss], graphs.terminal.updates, 'the loss and its gradient');

  const recordSpecs = graphs.residuals.map(
    (tensor): ArraySpec => ({ shape: tensor.shape, dtype: tensor.dtype, class: 'residuals' }),
  );
  const gradientSpecs = graphs.gradients.map(
    (tensor): ArraySpec => ({ shape: tensor.shape, dtype: 'f32', class: 'hyperparameters' }),
  );
  const carryLayout = packLayout(traced.specs);
  const carryAs = (name: ByteClass) => packLayout(traced.specs, name);
  const record = packLayout(recordSpecs);
  const before = graphs.readsCarry;
  const everything = request.policy === 'everything';
  /** What a plan allocates itself beside the arena: constants, outputs that nobody gave an array for. */
  const ownBytes = (part: { program: Program; request: PlanRequest }, outputsGiven: boolean) =>
    predictBytes(
      { ...part.request, outputs: outputsGiven ? [] : part.request.outputs },
      { ...part.program, inputs: new Map(), arena: { ...part.program.arena, classes: {} } },
      true,
    );
  const { arena } = [forward, backward, terminal]
    .map(({ program }) => program)
    .reduce((most, program) => (program.arena.bytes > most.arena.bytes ? program : most));
  const fixed = addBytes(
    arena.classes,
    carryLayout.classes,
    packLayout(graphs.adjointSpecs).classes,
    packLayout(gradientSpecs).classes,
    recordSpecs.length === 0 ? {} : record.classes,
    before ? carryAs('trajectory').classes : {},
    everything ? {} : carryAs('trajectory').classes,
    ownBytes(forward, true),
    ownBytes(backward, true),
    ownBytes(terminal, false),
    { scratch: Sequencer.bytes(countsSteps({ forward, backward, terminal })) },
  );
  const recordBytes = recordSpecs.length === 0 ? 0 : record.bytes;
  const slotBytes = everything ? recordBytes + (before ? carryLayout.bytes : 0) : carryLayout.bytes;
  const slotClasses = everything
    ? addBytes(recordSpecs.length === 0 ? {} : record.classes, before ? carryAs('trajectory').classes : {})
    : carryAs('checkpoints').classes;
  const slotCount = slotsFor(request, slotBytes, fixed);
  const bytes = addBytes(fixed, scaleBytes(slotClasses, slotCount));
  return {
    graphs,
    forward,
    backward,
    terminal,
    arena,
    memory: {
      gradientSpecs,
      recordSpecs,
      before,
      keepsLast: !everything,
      slotBytes,
      slotCount: slotBytes === 0 ? 0 : slotCount,
      slotClasses,
      slotLabel: everything ? 'residuals of all steps' : 'checkpoints',
    },
    bytes,
  };
}

/** Whether any of the three plans asks for the number of the step. */
function countsSteps({
  forward,
  backward,
  terminal,
}: Pick<Planned, 'forward' | 'backward' | 'terminal'>): boolean {
  return [forward, backward, terminal].some(({ program }) => program.usesStepIndex);
}

/** How many slots a policy has, or the sentence that refuses it. */
function slotsFor<Carry, Given>(
  request: ReverseRequest<Carry, Given>,
  slotBytes: number,
  fixed: ByteCounts,
): number {
  const { policy, maxSteps } = request;
  if (typeof policy === 'string') return maxSteps;
  const budget = parseBytes(policy.memory);
  const base = totalBytes(fixed);
  const slots = Math.min(maxSteps, Math.floor((budget - base) / slotBytes));
  if (slots >= 1) return slots;
  throw new MemoryBudgetError(
    `reverse: T = ${maxSteps} under a budget of ${formatBytes(budget)} is impossible: the loop needs ${formatBytes(base)} before any checkpoint (${showBytes(fixed)}), and each checkpoint takes ${formatBytes(slotBytes)}. ` +
      `Give at least ${formatBytes(base + slotBytes)} (one checkpoint, ${(maxSteps * (maxSteps - 1)) / 2} repeated steps); ${Math.min(maxSteps, 16)} checkpoints take ${formatBytes(base + Math.min(maxSteps, 16) * slotBytes)} and repeat ${fewestAdvances(maxSteps, Math.min(maxSteps, 16))} steps. A forward-mode (tangent) loop needs no checkpoints.`,
  );
}

function onesOf(tensor: Tensor): Tensor {
  return constant(1, tensor.dtype);
}

/** Inputs that a graph reads. */
function inputsOf(outputs: readonly Tensor[]): Tensor[] {
  return topologicalOrder(outputs).filter((tensor) => tensor.inputs.length === 0);
}
