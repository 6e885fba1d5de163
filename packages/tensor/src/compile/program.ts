/**
 * @file From a graph to a program: stored nodes → units → memory → kernels. Nothing here touches a GPU, so what a program
 * will cost in bytes and dispatches is known before a device is asked for anything.
 */
import type { ByteClass } from '../device/ledger.ts';
import { elementCount } from '../graph/shape.ts';
import { node, type Tensor } from '../graph/tensor.ts';
import { type Index, variable } from '../indexing/index-expression.ts';
import { isInput } from '../ops/leaf/input.ts';
import { simplify } from '../transform/simplify.ts';
import { throughReshape } from './access.ts';
import { copyOp } from './copy.ts';
import { type ArenaLayout, type Life, layOutArena } from './memory.ts';
import { canonicalRow, type RowPattern } from './row-pattern.ts';
import { type Schedule, schedule, type Unit } from './schedule.ts';
import { shareModules } from './shared-modules.ts';
import { splitLongSums } from './split.ts';
import { type Region, regionBytes, type Storage } from './storage.ts';
import { chooseStored, isLeafInMemory } from './stored.ts';
import type { Target } from './target.ts';
import { turnFilters } from './turned-filters.ts';
import { contractionKernel } from './units/contraction.ts';
import { customKernel } from './units/custom.ts';
import { pointwiseKernel } from './units/pointwise.ts';
import { rowsKernel } from './units/rows.ts';
import type { Kernel, UnitContext } from './units/unit-kernel.ts';

export interface ProgramRequest {
  readonly outputs: readonly Tensor[];
  /** Inputs that are overwritten, each with the value that replaces it when the program has run. */
  readonly updates?: ReadonlyMap<Tensor, Tensor>;
  /** The byte class of values that pass through memory; scratch unless told. */
  readonly classOf?: (tensor: Tensor) => ByteClass | undefined;
  readonly variants?: UnitContext['variants'];
}

export interface Program {
  /** What is dispatched, in this order. */
  readonly kernels: readonly Kernel[];
  /** Inputs and constant arrays that are read, outputs that are written, each in memory of its own. */
  readonly inputs: ReadonlyMap<Tensor, Region>;
  readonly constants: ReadonlyMap<Tensor, Region>;
  /** For each output asked for, in order; its region is an input's when the input is updated to it. */
  readonly outputs: readonly Region[];
  readonly arena: ArenaLayout<Region>;
  /** Arrays with parts that stay zero, in memory of their own. */
  readonly own: readonly Region[];
  /** The region that really holds each region's bytes. */
  readonly aliasOf: (region: Region) => Region;
  readonly schedule: Schedule;
  readonly usesStepIndex: boolean;
}

export function makeProgram(request: ProgramRequest, target: Target): Program {
  const updates = request.updates ?? new Map<Tensor, Tensor>();
  const asked = [...request.outputs, ...updates.values()];
  const simple = simplify(asked);
  const prepared = splitLongSums(target.isSoftware ? turnFilters(simple) : simple, target);
  // Every output is computed into memory of its own; an output that is a leaf, or asked for twice, is copied.
  const taken = new Set<Tensor>();
  const roots = prepared.map((output) => {
    const base = throughReshape(output);
    const fresh = base.op.lower.kind !== 'leaf' && !taken.has(base);
    const root = fresh ? output : distinctCopy(output, taken.size);
    taken.add(throughReshape(root));
    return root;
  });
  const outputs = roots.slice(0, request.outputs.length);
  const updateRoots = new Map(
    [...updates.keys()].map((input, k) => [input, roots[request.outputs.length + k]!]),
  );

  const first = plan(roots, updateRoots, target, target.maxBindings);
  // An update in place is legal only if nobody needs the old value after the new one; otherwise the new value is made aside and copied.
  const unsafe = [...updateRoots].filter(([input, root]) => !updatesInPlace(input, root, first.schedule));
  if (unsafe.length === 0) return assemble(request, target, outputs, updateRoots, first);
  const asides = new Map(updateRoots);
  for (const [input, root] of unsafe) asides.set(input, distinctCopy(root, 1_000_000 + input.id));
  const all = [
    ...outputs,
    ...updateRoots.values(),
    ...[...asides.values()].filter((t) => ![...updateRoots.values()].includes(t)),
  ];
  const second = plan(
    all,
    asides,
    target,
    target.maxBindings,
    new Set(unsafe.map(([input]) => asides.get(input)!)),
  );
  return assemble(request, target, outputs, asides, second);
}

/** A copy that is no other copy. */
function distinctCopy(tensor: Tensor, number: number): Tensor {
  return node(copyOp, [tensor], { number });
}

interface Planned {
  readonly choice: ReturnType<typeof chooseStored>;
  readonly schedule: Schedule;
}

function plan(
  roots: readonly Tensor[],
  updates: ReadonlyMap<Tensor, Tensor>,
  target: Target,
  maxBindings: number,
  alone: ReadonlySet<Tensor> = new Set(),
): Planned {
  const choice = chooseStored(roots, maxBindings);
  return {
    choice,
    schedule: schedule(choice, {
      maxBindings,
      outputs: new Set(roots),
      updates,
      alone,
      wholeInRows: (pattern) => wholeInRows(pattern, target),
    }),
  };
}

/** On a large GPU a few long rows leave it idle, so whole-array results get a kernel of their own. */
function wholeInRows(pattern: RowPattern, target: Target): boolean {
  return target.isSoftware || pattern.rows >= 256 || pattern.rows * pattern.length <= 65536;
}

/**
 * Whether the unit that computes `root` may write over `input`: it reads it only element by element, and nobody reads it later. A
 * result of each row of a reduction is written when the row is done, so the elements of the row may have read the row's value.
 */
function updatesInPlace(input: Tensor, root: Tensor, { units, unitOf, reads }: Schedule): boolean {
  const base = throughReshape(root);
  const writer = unitOf.get(base);
  if (writer === undefined) return false;
  const position = units.indexOf(writer);
  return units.every((unit, k) =>
    unit.nodes.every((tensor) =>
      reads.get(tensor)!.every(({ source, index }) => {
        if (source !== input) return true;
        if (unit === writer)
          return (
            index?.key === variable('i', elementCount(base.shape)).key ||
            readsOwnRow(tensor, index, unit, base)
          );
        return k < position;
      }),
    ),
  );
}

function readsOwnRow(tensor: Tensor, index: Index | undefined, unit: Unit, written: Tensor): boolean {
  const { pattern } = unit;
  if (unit.kind !== 'rows' || pattern === undefined || index === undefined) return false;
  const ofRow = elementCount(written.shape) === pattern.rows && pattern.rows !== unit.count;
  const level = elementCount(levelShape(tensor)) === unit.count;
  return ofRow && level && index.key === canonicalRow(pattern);
}

function assemble(
  request: ProgramRequest,
  target: Target,
  outputs: readonly Tensor[],
  updates: ReadonlyMap<Tensor, Tensor>,
  { choice, schedule: planned }: Planned,
): Program {
  const { units } = planned;
  const position = new Map(units.map((unit, k) => [unit, k]));
  let regions = 0;
  const makeRegion = (tensor: Tensor, kind: Region['kind'], owner?: Tensor): Region => ({
    id: regions++,
    label: tensor.op.name,
    dtype: tensor.dtype,
    elements: elementCount(tensor.shape),
    class: request.classOf?.(tensor) ?? 'scratch',
    kind,
    ...(owner === undefined ? {} : { owner }),
  });

  const storage = new Map<Tensor, Storage>();
  const inputs = new Map<Tensor, Region>();
  const constants = new Map<Tensor, Region>();
  const own: Region[] = [];
  for (const accesses of planned.reads.values())
    for (const { source } of accesses)
      if (isLeafInMemory(source) && !storage.has(source)) {
        const region = makeRegion(source, 'external', source);
        storage.set(source, { region });
        (isInput(source) ? inputs : constants).set(source, region);
      }
  for (const [input, root] of updates) {
    let region = inputs.get(input);
    if (region === undefined) {
      region = makeRegion(input, 'external', input);
      inputs.set(input, region);
      storage.set(input, { region });
    }
    storage.set(throughReshape(root), { region });
  }
  const outputRegions = outputs.map((output) => {
    const base = throughReshape(output);
    const region = makeRegion(base, 'external', base);
    storage.set(base, { region });
    return region;
  });
  for (const tensor of planned.inMemory)
    if (!storage.has(tensor) && !choice.placements.has(tensor)) {
      const region = makeRegion(tensor, choice.zeroParts.has(tensor) ? 'own' : 'arena');
      if (region.kind === 'own') own.push(region);
      storage.set(tensor, { region });
    }
  // Parts of concatenations, which may themselves be parts.
  const place = (tensor: Tensor): Storage => {
    const known = storage.get(tensor);
    if (known !== undefined) return known;
    const placement = choice.placements.get(tensor)!;
    const { region } = place(placement.whole);
    const one = elementCount(placement.whole.shape) === placement.stride;
    const made: Storage = one
      ? { region, offset: placement.offset }
      : { region, inner: placement.inner, stride: placement.stride, offset: placement.offset };
    storage.set(tensor, made);
    return made;
  };
  for (const tensor of choice.placements.keys()) place(tensor);

  // Lives: from the first unit that writes a region to the last that touches it.
  const firstUse = new Map<Region, number>();
  const lastUse = new Map<Region, number>();
  const touch = (tensor: Tensor, at: number) => {
    const region = storage.get(tensor)?.region;
    if (region === undefined || region.kind !== 'arena') return;
    firstUse.set(region, Math.min(firstUse.get(region) ?? at, at));
    lastUse.set(region, Math.max(lastUse.get(region) ?? at, at));
  };
  for (const unit of units) {
    const at = position.get(unit)!;
    for (const tensor of unit.nodes) {
      if (planned.inMemory.has(tensor)) touch(tensor, at);
      for (const { source } of planned.reads.get(tensor)!)
        if (planned.unitOf.get(source) !== unit) touch(source, at);
    }
  }

  // A result may take over the memory of a value that its own unit is the last to read, element by element.
  const alias = new Map<Region, Region>();
  const aliasOf = (region: Region): Region => {
    let real = region;
    for (let next = alias.get(real); next !== undefined; next = alias.get(real)) real = next;
    return real;
  };
  for (const unit of units) {
    const at = position.get(unit)!;
    const used = new Set<Region>();
    for (const tensor of unit.nodes) {
      const result = storage.get(tensor);
      if (result === undefined || result.region.kind !== 'arena' || choice.placements.has(tensor)) continue;
      const donor = donorFor(tensor, unit, at);
      if (donor === undefined || used.has(donor)) continue;
      used.add(donor);
      alias.set(result.region, donor);
      lastUse.set(donor, Math.max(lastUse.get(donor)!, lastUse.get(result.region)!));
    }
  }
  function donorFor(tensor: Tensor, unit: Unit, at: number): Region | undefined {
    for (const { source } of planned.reads.get(tensor)!) {
      const found = storage.get(source);
      if (found === undefined || planned.unitOf.get(source) === unit || choice.placements.has(source))
        continue;
      const region = aliasOf(found.region);
      if (region.kind !== 'arena' || lastUse.get(region) !== at) continue;
      if (region.dtype !== tensor.dtype || region.elements !== elementCount(tensor.shape)) continue;
      const whole = variable('i', region.elements).key;
      const elementwise = unit.nodes.every((member) =>
        planned.reads.get(member)!.every((read) => {
          const other = storage.get(read.source);
          if (other === undefined || aliasOf(other.region) !== region) return true;
          return read.index?.key === whole && elementCount(levelShape(member)) === region.elements;
        }),
      );
      if (elementwise) return region;
    }
    return undefined;
  }

  const steps = Math.max(1, units.length);
  const lives: Life<Region>[] = [];
  for (const [region, first] of firstUse) {
    if (alias.has(region)) continue;
    const last = lastUse.get(region)!;
    lives.push({ item: region, bytes: regionBytes(region.elements), class: region.class, first, last });
  }

  const written = units.filter((unit) =>
    unit.nodes.some((tensor) => planned.inMemory.has(tensor) && elementCount(tensor.shape) > 0),
  );
  const separate = written.map((unit) =>
    build(unit, {
      unit,
      schedule: planned,
      adapter: target,
      storageOf: (tensor) => storage.get(tensor),
      aliasOf,
      variants: request.variants ?? {},
    }),
  );
  const kernels = target.isSoftware ? shareModules(separate) : separate;
  return {
    kernels,
    inputs,
    constants,
    outputs: outputRegions,
    arena: layOutArena(lives, steps),
    own,
    aliasOf,
    schedule: planned,
    usesStepIndex: kernels.some((kernel) => kernel.usesStepIndex),
  };
}

/** The shape over which a node's unit reads: its own, or its operand's for a reduction. */
function levelShape(tensor: Tensor): readonly number[] {
  return tensor.op.lower.kind === 'reduction' ? tensor.inputs[0]!.shape : tensor.shape;
}

function build(unit: Unit, context: UnitContext): Kernel {
  switch (unit.kind) {
    case 'pointwise':
      return pointwiseKernel(context);
    case 'rows':
      return rowsKernel(context);
    case 'contraction':
      return contractionKernel(context);
    case 'kernel':
      return customKernel(context);
  }
}
