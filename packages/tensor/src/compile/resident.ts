/**
 * @file A whole loop as one kernel: one workgroup per task runs all T steps, with the carry and everything in between in
 * memory that only it sees. For small inner problems this is the only way to make the host's work independent of T: a replayed step
 * costs its dispatches every time, a resident one a few barriers.
 *
 * Each materialised node is one phase of the step: the threads share its elements, sums run within a thread, in order.
 */

import type { ReductionLowering } from '../graph/lowering.ts';
import { elementCount } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { writeNumbers } from '../graph/wgsl-numbers.ts';
import { delinearize, type Index, variable } from '../indexing/index-expression.ts';
import { simplify } from '../transform/simplify.ts';
import { Emitter, type Memory } from './emit/emitter.ts';
import type { Value } from './emit/value.ts';
import { initialOf, wgslType } from './emit/wgsl-types.ts';
import { chooseMaterialised } from './materialised.ts';
import { type Life, layOutArena } from './memory.ts';
import { elementOfRow, rowPattern } from './row-pattern.ts';
import { readsOf } from './schedule.ts';
import type { Region, Storage } from './storage.ts';
import type { Target } from './target.ts';

/** Why a step cannot run resident, as a sentence. */
export class ResidentError extends Error {
  override readonly name = 'ResidentError';
}

export interface ResidentRequest {
  /** Inputs of the step for one task: the carry, and what it is given. */
  readonly carry: readonly Tensor[];
  readonly given: readonly Tensor[];
  /** For each given input: whether every task has its own (a leading axis of tasks) or all share one. */
  readonly perTask: readonly boolean[];
  readonly next: readonly Tensor[];
}

export interface ResidentProgram {
  readonly wgsl: string;
  readonly threads: number;
  /** Words of memory that a task needs while it runs. */
  readonly words: number;
  /** Where they are: in the workgroup's own memory, or in a buffer with a stretch for each task. */
  readonly space: 'workgroup' | 'buffer';
  /** Constant arrays of the step, in the order of their bindings after the given arrays. */
  readonly constants: readonly Tensor[];
  readonly phases: number;
}

const threadsFor = (target: Target, widest: number) => {
  const [fewest, most] = target.profile.residentThreads;
  let threads = fewest;
  while (threads < most && threads < widest) threads *= 2;
  return Math.min(threads, target.limits.maxComputeInvocationsPerWorkgroup);
};

export function makeResidentProgram(request: ResidentRequest, target: Target): ResidentProgram {
  const next = simplify(request.next);
  const choice = chooseMaterialised(next);
  for (const tensor of choice.materialised) {
    const { lower } = tensor.op;
    if ((lower.kind === 'contraction' && lower.family !== 'matmul') || lower.kind === 'kernel')
      throw new ResidentError(
        `resident loop: the step contains ${tensor.op.name}, which has no resident form; use an ordinary Loop for this step.`,
      );
  }

  let ids = 0;
  const makeRegion = (tensor: Tensor, label: string, kind: Region['kind']): Region => ({
    id: ids++,
    label,
    dtype: tensor.dtype,
    elements: Math.max(1, elementCount(tensor.shape)),
    class: 'scratch',
    kind,
  });
  const storage = new Map<Tensor, Storage>();
  const given = request.given.map((tensor) => makeRegion(tensor, 'given', 'external'));
  request.given.forEach((tensor, k) => {
    storage.set(tensor, { region: given[k]! });
  });
  const carry = request.carry.map((tensor) => makeRegion(tensor, 'carry', 'arena'));
  request.carry.forEach((tensor, k) => {
    storage.set(tensor, { region: carry[k]! });
  });
  const constants: Tensor[] = [];
  const constantRegions: Region[] = [];

  // Lives of the values of one step; the carry lives all the time, the next carry to the end of the step.
  const phases = choice.materialised.filter(
    (tensor) => !choice.inPlaceConcats.has(tensor) && elementCount(tensor.shape) > 0,
  );
  const place = (tensor: Tensor): Storage => {
    const known = storage.get(tensor);
    if (known !== undefined) return known;
    const placement = choice.inPlaceParts.get(tensor);
    let made: Storage;
    if (placement === undefined) made = { region: makeRegion(tensor, tensor.op.name, 'arena') };
    else {
      const { region } = place(placement.whole);
      made = { region, inner: placement.inner, stride: placement.stride, offset: placement.offset };
    }
    storage.set(tensor, made);
    return made;
  };
  const first = new Map<Region, number>();
  const last = new Map<Region, number>();
  const touch = (region: Region, at: number) => {
    if (region.kind !== 'arena') return;
    first.set(region, Math.min(first.get(region) ?? at, at));
    last.set(region, Math.max(last.get(region) ?? at, at));
  };
  const end = phases.length;
  phases.forEach((tensor, at) => {
    touch(place(tensor).region, at);
    for (const { source } of readsOf(tensor, choice)) {
      if (!storage.has(source) && source.inputs.length === 0) {
        const region = makeRegion(source, 'constant', 'external');
        constants.push(source);
        constantRegions.push(region);
        storage.set(source, { region });
      }
      touch(place(source).region, at);
    }
  });
  for (const region of carry) {
    touch(region, 0);
    touch(region, end);
  }
  // A concatenation with parts that nobody writes keeps its zeros only where nothing else is ever written.
  for (const whole of choice.zeroParts) {
    touch(place(whole).region, 0);
    touch(place(whole).region, end);
  }
  const nextBase = next.map((tensor) => {
    let base = tensor;
    while (base.op.name === 'reshape') base = base.inputs[0]!;
    return base;
  });
  for (const base of nextBase) if (storage.has(base)) touch(place(base).region, end);

  const lives: Life<Region>[] = [...first].map(([region, from]) => ({
    item: region,
    bytes: 4 * region.elements,
    class: 'scratch',
    first: from,
    last: last.get(region)!,
  }));
  const arena = layOutArena(lives, end + 1);
  const words = Math.max(4, arena.bytes / 4);
  const space = arena.bytes <= target.limits.maxComputeWorkgroupStorageSize ? 'workgroup' : 'buffer';

  const externals = [...given, ...constantRegions];
  const memory: Memory = {
    load: (region, index) => {
      if (region.kind === 'arena') {
        const word = `memory[${wordIndex(arena.offsets.get(region)! / 4, index)}]`;
        return region.dtype === 'f32' ? word : `bitcast<${region.dtype}>(${word})`;
      }
      const slot = externals.indexOf(region);
      const own = request.perTask[slot] === true ? `task * ${region.elements}u + ` : '';
      return `external_${slot}[${own}${index}]`;
    },
    store: (region, index, value) => {
      const text = region.dtype === 'f32' ? value : `bitcast<f32>(${value})`;
      return `memory[${wordIndex(arena.offsets.get(region)! / 4, index)}] = ${text};`;
    },
    load4: () => {
      throw new Error('internal: a resident loop reads one element at a time.');
    },
    store4: () => {
      throw new Error('internal: a resident loop writes one element at a time.');
    },
  };
  const wordIndex = (offset: number, index: string) =>
    space === 'workgroup' ? `${offset}u + ${index}` : `task * ${words}u + ${offset}u + ${index}`;

  const widest = Math.max(1, ...phases.map((tensor) => elementCount(tensor.shape)));
  const threads = threadsFor(target, widest);
  const functions = new Map<string, string>();
  const barrier = space === 'workgroup' ? 'workgroupBarrier();' : 'storageBarrier(); workgroupBarrier();';
  const body: string[] = [];
  const share = (count: number, lines: string) =>
    body.push(`for (var item = local; item < ${count}u; item += ${threads}u) {\n${lines}\n}\n${barrier}`);

  for (const tensor of phases) {
    const registers = new Map<Tensor, Value>();
    const emitter = new Emitter({
      bindings: memory,
      functions,
      registers,
      storage: (node) => (node === tensor ? undefined : storage.get(node)),
    });
    emitter.declare('item');
    const count = elementCount(tensor.shape);
    const item = variable('item', Math.max(count, 2));
    const coordinates = delinearize(item, tensor.shape);
    const { lower } = tensor.op;
    if (lower.kind === 'reduction') registers.set(tensor, emitReduction(emitter, tensor, lower, item));
    else if (lower.kind === 'contraction') registers.set(tensor, emitMatmul(emitter, tensor, coordinates));
    const value = emitter.value(tensor, coordinates);
    emitter.store(tensor, place(tensor), item, value);
    share(count, emitter.text);
  }
  // The next carry takes the place of the carry when all have read it.
  next.forEach((tensor, k) => {
    if (tensor === request.carry[k]) return;
    const emitter = new Emitter({
      bindings: memory,
      functions,
      registers: new Map(),
      storage: (node) => storage.get(node),
    });
    emitter.declare('item');
    const count = elementCount(tensor.shape);
    const item = variable('item', Math.max(count, 2));
    const value = emitter.value(tensor, delinearize(item, tensor.shape));
    emitter.store(request.carry[k]!, { region: carry[k]! }, item, value);
    share(count, emitter.text);
  });

  const moves = (direction: 'in' | 'out') =>
    carry
      .map((region, k) => {
        const outside = `carry_${k}[task * ${region.elements}u + item]`;
        const statement =
          direction === 'in'
            ? memory.store(region, 'item', outside)
            : `${outside} = ${memory.load(region, 'item')};`;
        return `for (var item = local; item < ${region.elements}u; item += ${threads}u) { ${statement} }`;
      })
      .join('\n');
  const bindings = [
    ...externals.map((region, k) => `var<storage, read_write> external_${k}: array<${region.dtype}>;`),
    ...carry.map((region, k) => `var<storage, read_write> carry_${k}: array<${region.dtype}>;`),
    ...(space === 'buffer' ? ['var<storage, read_write> memory: array<f32>;'] : []),
  ].map((text, binding) => `@group(0) @binding(${binding}) ${text}`);
  const wgsl = `${bindings.join('\n')}
struct Range { first: u32, end: u32 }
@group(1) @binding(0) var<uniform> range: Range;
struct Step { index: u32 }
${space === 'workgroup' ? `var<workgroup> memory: array<f32, ${words}>;` : ''}
${[...functions.values()].join('\n')}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
let task = group.x;
${[...choice.zeroParts].map((whole) => zeroFill(place(whole).region)).join('\n')}
${moves('in')}
${barrier}
for (var index = range.first; index < range.end; index++) {
let step = Step(index);
${body.join('\n')}
}
${moves('out')}
}
`;
  function zeroFill(region: Region): string {
    return `for (var item = local; item < ${region.elements}u; item += ${threads}u) { ${memory.store(region, 'item', wgslType(region.dtype, 1).literal(0))} }`;
  }
  return { wgsl: writeNumbers(wgsl), threads, words, space, constants, phases: phases.length };
}

/** Σ over a row, within one thread. */
function emitReduction(emitter: Emitter, tensor: Tensor, lower: ReductionLowering, row: Index): Value {
  const operand = tensor.inputs[0]!;
  const pattern = rowPattern(operand.shape, lower.axes(tensor.parameters));
  const type = wgslType(tensor.dtype, 1);
  emitter.line(initialOf('total', lower, type));
  if (pattern.length > 0)
    emitter.scope(`for (var position = 0u; position < ${pattern.length}u; position++)`, () => {
      emitter.declare('position');
      const whole = elementOfRow(pattern, row, variable('position', Math.max(pattern.length, 2)));
      const value = emitter.value(operand, delinearize(whole, operand.shape));
      emitter.line(`total = ${lower.combine('total', value.text, type)};`);
    });
  return { text: 'total', width: 1 };
}

/** One element of a product, summed in order within one thread. */
function emitMatmul(emitter: Emitter, tensor: Tensor, coordinates: readonly Index[]): Value {
  const [a, b] = tensor.inputs as [Tensor, Tensor];
  const batch = coordinates.slice(0, -2);
  const [row, column] = coordinates.slice(-2) as [Index, Index];
  const inner = a.shape[a.shape.length - 1]!;
  emitter.line('var total: f32 = 0f;');
  if (inner > 0)
    emitter.scope(`for (var position = 0u; position < ${inner}u; position++)`, () => {
      emitter.declare('position');
      const position = variable('position', Math.max(inner, 2));
      const left = emitter.value(a, [...batch, row, position]);
      const right = emitter.value(b, [...batch, position, column]);
      emitter.line(`total = fma(${left.text}, ${right.text}, total);`);
    });
  return { text: 'total', width: 1 };
}
