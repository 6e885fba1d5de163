/** @file The three programs of a reverse loop, what it keeps in memory, and the bytes of both, before anything is allocated. */
import { makeProgram } from '../compile/known-programs.ts';
import type { Program } from '../compile/program.ts';
import type { Device } from '../device/device.ts';
import { formatBytes } from '../device/errors.ts';
import type { ByteClass } from '../device/ledger.ts';
import { describeValue } from '../graph/describe-value.ts';
import type { Tensor } from '../graph/tensor.ts';
import { addBytes, type ByteCounts, predictBytes, totalBytes } from '../runtime/byte-counts.ts';
import type { PlanRequest } from '../runtime/plan-request.ts';
import { targetOf } from '../runtime/target-of.ts';
import { MemoryBudgetError, parseBytes, showBytes } from './byte-budget.ts';
import { type ArraySpec, packLayout } from './packed-arrays.ts';
import { buildGraphs, type ReverseGraphs } from './reverse-graphs.ts';
import type { MemoryPolicy, ReverseRequest } from './reverse-request.ts';
import { fewestAdvances, keptByTree } from './revolve.ts';
import { Sequencer } from './sequencer.ts';
import { scaleBytes } from './slots.ts';
import { checkSteps } from './state.ts';

/** A reverse loop as it will be made. */
export interface PlannedReverse {
  readonly policy: MemoryPolicy;
  readonly graphs: ReverseGraphs;
  /** The largest of the three plans' arenas. */
  readonly arena: Program['arena'];
  readonly forward: { readonly program: Program; readonly request: PlanRequest };
  readonly backward: { readonly program: Program; readonly request: PlanRequest };
  readonly terminal: { readonly program: Program; readonly request: PlanRequest };
  readonly memory: {
    readonly gradientSpecs: readonly ArraySpec[];
    readonly recordSpecs: readonly ArraySpec[];
    /** Whether there is room for one more state, beside the rows. */
    readonly spare: boolean;
    readonly recordBytes: number;
    readonly rowBytes: number;
    readonly rowCount: number;
    readonly rowClasses: ByteCounts;
    readonly rowLabel: string;
    /** Rows that hold checkpoints, or the records of steps. */
    readonly slotCount: number;
  };
  readonly bytes: Readonly<Partial<Record<ByteClass, number>>>;
}

/** @throws {MemoryBudgetError} with the breakdown, for a budget that not even one checkpoint fits */
export function compileReverse<Carry, Given>(
  device: Device,
  request: ReverseRequest<Carry, Given>,
): PlannedReverse {
  checkSteps('reverse', request.maxSteps);
  const policy = policyOf(request.policy);
  const graphs = buildGraphs(request);
  const { traced } = graphs;
  const target = targetOf(device);
  const variants = request.variants === undefined ? {} : { variants: request.variants };
  const make = (outputs: readonly Tensor[], updates: ReadonlyMap<Tensor, Tensor>, label: string) => {
    const own: PlanRequest = { outputs, updates, label, clocked: true, ...variants };
    return { program: makeProgram(own, target), request: own };
  };
  // The next state is written to another row than the one that is read.
  const forward = make([...graphs.residuals, ...traced.next], new Map(), 'a step');
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
  const everything = policy === 'everything';
  /** What a plan allocates itself beside the arena: constants, and outputs without a given array. */
  const ownBytes = (part: { program: Program; request: PlanRequest }, outputsGiven: boolean) =>
    predictBytes(
      { ...part.request, outputs: outputsGiven ? [] : part.request.outputs },
      { ...part.program, inputs: new Map(), arena: { ...part.program.arena, classes: {} } },
      true,
    );
  const { arena } = [forward, backward, terminal]
    .map(({ program }) => program)
    .reduce((most, program) => (program.arena.bytes > most.arena.bytes ? program : most));
  const recordBytes = recordSpecs.length === 0 ? 0 : record.bytes;
  const slotBytes = everything ? recordBytes + (before ? carryLayout.bytes : 0) : carryLayout.bytes;
  const slotClasses = everything
    ? addBytes(recordSpecs.length === 0 ? {} : record.classes, before ? carryAs('trajectory').classes : {})
    : carryAs('checkpoints').classes;
  // Under a budget all slots may be taken while a step goes from one state to the next.
  const workingRows = typeof policy === 'string' ? 0 : 2;
  const spare = everything && !before;
  const fixed = addBytes(
    arena.classes,
    carryLayout.classes,
    packLayout(graphs.adjointSpecs).classes,
    packLayout(gradientSpecs).classes,
    recordSpecs.length === 0 || everything ? {} : record.classes,
    spare ? carryAs('trajectory').classes : {},
    scaleBytes(slotClasses, workingRows),
    ownBytes(forward, true),
    ownBytes(backward, true),
    ownBytes(terminal, false),
    { scratch: Sequencer.bytes(countsSteps({ forward, backward, terminal })) },
  );
  const slotCount = slotsFor(policy, request.maxSteps, slotBytes, fixed);
  const bytes = addBytes(fixed, scaleBytes(slotClasses, slotCount));
  return {
    policy,
    graphs,
    forward,
    backward,
    terminal,
    arena,
    memory: {
      gradientSpecs,
      recordSpecs,
      spare,
      recordBytes,
      rowBytes: slotBytes,
      rowCount: slotBytes === 0 ? 0 : slotCount + workingRows,
      rowClasses: slotClasses,
      rowLabel: everything ? 'residuals of all steps' : 'checkpoints',
      slotCount: slotBytes === 0 ? 0 : slotCount,
    },
    bytes,
  };
}

/** Whether any of the three plans asks for the number of the step. */
export function countsSteps({
  forward,
  backward,
  terminal,
}: Pick<PlannedReverse, 'forward' | 'backward' | 'terminal'>): boolean {
  return [forward, backward, terminal].some(({ program }) => program.usesStepIndex);
}

function policyOf(policy: MemoryPolicy = 'states'): MemoryPolicy {
  if (policy === 'states' || policy === 'everything') return policy;
  if (typeof policy === 'object' && policy !== null) {
    if ('memory' in policy) return policy;
    if ('arity' in policy && Number.isInteger(policy.arity) && policy.arity >= 2) return policy;
    if ('arity' in policy)
      throw new RangeError(
        `reverse: a tree of arity ${policy.arity} was asked for; give a whole number of 2 or more.`,
      );
  }
  throw new TypeError(
    `reverse: ${describeValue(policy)} is no memory policy; give 'states', 'everything', { memory: '512MiB' } or { arity: 10 }.`,
  );
}

/** How many slots a policy has, or the sentence that refuses it. */
function slotsFor(policy: MemoryPolicy, maxSteps: number, slotBytes: number, fixed: ByteCounts): number {
  if (typeof policy === 'string') return maxSteps;
  if ('arity' in policy) return keptByTree(maxSteps, policy.arity);
  const budget = parseBytes(policy.memory);
  const base = totalBytes(fixed);
  const slots = Math.min(maxSteps, Math.floor((budget - base) / slotBytes));
  if (slots >= 1) return slots;
  throw new MemoryBudgetError(
    `reverse: T = ${maxSteps} under a budget of ${formatBytes(budget)} is impossible: the loop needs ${formatBytes(base)} before any checkpoint (${showBytes(fixed)}), and each checkpoint takes ${formatBytes(slotBytes)}. ` +
      `Give at least ${formatBytes(base + slotBytes)} (one checkpoint, ${(maxSteps * (maxSteps - 1)) / 2} repeated steps); ${Math.min(maxSteps, 16)} checkpoints take ${formatBytes(base + Math.min(maxSteps, 16) * slotBytes)} and repeat ${fewestAdvances(maxSteps, Math.min(maxSteps, 16))} steps. A forward-mode (tangent) loop needs no checkpoints.`,
  );
}
