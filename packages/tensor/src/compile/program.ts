/**
 * @file From a graph to a program: materialised nodes → fusion groups → memory → kernels. Nothing here touches a GPU, so what a program
 * will cost in bytes and dispatches is known before a device is asked for anything.
 */
import type { ByteClass } from '../device/ledger.ts';
import { elementCount } from '../graph/shape.ts';
import { node, type Tensor } from '../graph/tensor.ts';
import { type Index, variable } from '../indexing/index-expression.ts';
import { simplify } from '../transform/simplify.ts';
import { throughReshape } from './access.ts';
import { copyOp } from './copy.ts';
import { contractionKernel } from './fusions/contraction.ts';
import { customKernel } from './fusions/custom.ts';
import type { FusionContext, Kernel, UnfinishedKernel } from './fusions/fusion-kernel.ts';
import { pointwiseKernel } from './fusions/pointwise.ts';
import { reductionKernel } from './fusions/reduction.ts';
import { readsRowsAgain } from './levels.ts';
import { lightestOrder } from './lightest-order.ts';
import { chooseMaterialised } from './materialised.ts';
import { type ArenaLayout, layOutArena } from './memory.ts';
import { arenaLives, iterationShape, livesOf, placeValues, shareMemory } from './placement.ts';
import { rotateFilters } from './rotated-filters.ts';
import { canonicalRow, type RowPattern } from './row-pattern.ts';
import { type Fusion, type Schedule, schedule } from './schedule.ts';
import { shareDispatches } from './shared-dispatches.ts';
import { finishAlone, shareModules } from './shared-modules.ts';
import { splitLongSums } from './split.ts';
import { type Region, regionBytes, type Storage } from './storage.ts';
import type { Target } from './target.ts';

/** What is compiled: outputs, and inputs that are overwritten. */
export interface ProgramRequest {
  readonly outputs: readonly Tensor[];
  /** Inputs that are overwritten, each with the value that replaces it when the program has run. */
  readonly updates?: ReadonlyMap<Tensor, Tensor>;
  /** The byte class of values that pass through memory; scratch unless told. */
  readonly classOf?: (tensor: Tensor) => ByteClass | undefined;
  readonly variants?: FusionContext['variants'];
}

/** A compiled graph: kernels in their order, the arena, and what is read and written. It owns no memory. */
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
  readonly dedicated: readonly Region[];
  /** The region that really holds each region's bytes. */
  readonly aliasOf: (region: Region) => Region;
  readonly schedule: Schedule;
  readonly usesStepIndex: boolean;
}

/** Compiles a graph for an adapter, whether an equal one was compiled before or not. Touches no device. */
export function compileProgram(request: ProgramRequest, target: Target): Program {
  const updates = request.updates ?? new Map<Tensor, Tensor>();
  const asked = [...request.outputs, ...updates.values()];
  const simple = simplify(asked);
  const prepared = splitLongSums(target.profile.rotateFilters ? rotateFilters(simple) : simple, target);
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
  // An update in place is legal only if the old value is not needed after the new one; otherwise the new value is computed elsewhere and copied.
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
  readonly choice: ReturnType<typeof chooseMaterialised>;
  readonly schedule: Schedule;
}

function plan(
  roots: readonly Tensor[],
  updates: ReadonlyMap<Tensor, Tensor>,
  target: Target,
  maxBindings: number,
  alone: ReadonlySet<Tensor> = new Set(),
): Planned {
  const choice = chooseMaterialised(roots, maxBindings);
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
  return pattern.rows >= 256 || pattern.rows * pattern.length <= target.profile.wholeInFewRows;
}

/**
 * Whether the fusion group that computes `root` may write over `input`: it reads it only element by element, and it is not read later. A
 * result of each row of a reduction is written when the row is done, so the elements of the row may have read the row's value.
 */
function updatesInPlace(input: Tensor, root: Tensor, { fusions, fusionOf, reads }: Schedule): boolean {
  const base = throughReshape(root);
  const writer = fusionOf.get(base);
  if (writer === undefined) return false;
  const position = fusions.indexOf(writer);
  return fusions.every((fusion, k) =>
    fusion.nodes.every((tensor) =>
      reads.get(tensor)!.every(({ source, index }) => {
        if (source !== input) return true;
        if (fusion === writer && readsRowsAgain(fusion)) return false;
        if (fusion === writer)
          return (
            index?.key === variable('i', elementCount(base.shape)).key ||
            readsOwnRow(tensor, index, fusion, base)
          );
        return k < position;
      }),
    ),
  );
}

function readsOwnRow(tensor: Tensor, index: Index | undefined, fusion: Fusion, written: Tensor): boolean {
  const { pattern } = fusion;
  if (fusion.kind !== 'reduction' || pattern === undefined || index === undefined) return false;
  const ofRow = elementCount(written.shape) === pattern.rows && pattern.rows !== fusion.count;
  const level = elementCount(iterationShape(tensor)) === fusion.count;
  return ofRow && level && index.key === canonicalRow(pattern);
}

function assemble(
  request: ProgramRequest,
  target: Target,
  outputs: readonly Tensor[],
  updates: ReadonlyMap<Tensor, Tensor>,
  { choice, schedule: written }: Planned,
): Program {
  const places = placeValues(choice, written, { outputs, updates, classOf: request.classOf });
  const { planned, aliasOf } = inMemory(choice, written, places.storage, target);
  const kernels = kernelsOf(request, target, planned, places.storage, aliasOf);
  return {
    kernels,
    inputs: places.inputs,
    constants: places.constants,
    outputs: places.outputs,
    arena: layOutArena(arenaLives(kernels), Math.max(1, kernels.length)),
    dedicated: places.dedicated,
    aliasOf,
    schedule: planned,
    usesStepIndex: kernels.some((kernel) => kernel.usesStepIndex),
  };
}

/** In which order fusion groups run, and which regions share memory: in the order in which they were written, or in one in which the arena is smaller. */
function inMemory(
  choice: Planned['choice'],
  written: Schedule,
  storage: ReadonlyMap<Tensor, Storage>,
  target: Target,
): { readonly planned: Schedule; readonly aliasOf: (region: Region) => Region } {
  const inThisOrder = (planned: Schedule) => {
    const lives = livesOf(planned, storage);
    const aliasOf = shareMemory(choice, planned, storage, lives);
    const own = [...lives]
      .filter(([region]) => aliasOf(region) === region)
      .map(([item, span]) => ({ item, bytes: regionBytes(item.elements), class: item.class, ...span }));
    return { planned, aliasOf, bytes: layOutArena(own, planned.fusions.length).bytes };
  };
  const asWritten = inThisOrder(written);
  // Kernels that share dispatches run when these do.
  if (target.profile.shareDispatches) return asWritten;
  const lightest = inThisOrder({ ...written, fusions: lightestOrder(written, storage) });
  return lightest.bytes < asWritten.bytes ? lightest : asWritten;
}

function kernelsOf(
  { variants = {} }: ProgramRequest,
  target: Target,
  planned: Schedule,
  storage: ReadonlyMap<Tensor, Storage>,
  aliasOf: (region: Region) => Region,
): readonly Kernel[] {
  const written = planned.fusions.filter((fusion) =>
    fusion.nodes.some((tensor) => planned.inMemory.has(tensor) && elementCount(tensor.shape) > 0),
  );
  const separate = written.map((fusion) =>
    build(fusion, {
      fusion,
      schedule: planned,
      adapter: target,
      storageOf: (tensor) => storage.get(tensor),
      aliasOf,
      variants,
    }),
  );
  const dispatched = target.profile.shareDispatches ? shared(separate, target) : separate;
  return target.profile.shareModules ? shareModules(dispatched) : dispatched.map(finishAlone);
}

/** How much more of the arena is given for fewer dispatches, which values that would follow one another live at one time for: next to nothing, for bytes are what long horizons lack. */
const dearest = { share: 1 / 256, bytes: 2048 } as const;

function shared(separate: readonly UnfinishedKernel[], target: Target): readonly UnfinishedKernel[] {
  const together = shareDispatches(separate, target);
  const bytes = (kernels: readonly UnfinishedKernel[]) =>
    layOutArena(arenaLives(kernels), Math.max(1, kernels.length)).bytes;
  const more = bytes(together) - bytes(separate);
  return more <= Math.max(dearest.share * bytes(separate), dearest.bytes) ? together : separate;
}

function build(fusion: Fusion, context: FusionContext): UnfinishedKernel {
  switch (fusion.kind) {
    case 'pointwise':
      return pointwiseKernel(context);
    case 'reduction':
      return reductionKernel(context);
    case 'contraction':
      return contractionKernel(context);
    case 'kernel':
      return customKernel(context);
  }
}
