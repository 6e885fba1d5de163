/**
 * @file Groups materialised nodes into fusion groups: a fusion group becomes one kernel, one dispatch.
 *
 * A node joins a fusion group when everything it reads from that fusion group is at hand in the same thread at that moment, and when no
 * other fusion group would then have to run both before and after it. Independent pointwise nodes of one size share a kernel, too.
 */
import { elementCount } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { delinearize, type Index, variable } from '../indexing/index-expression.ts';
import { type Access, throughReshape, traceReads } from './access.ts';
import { barriersOf } from './barriers.ts';
import { type Level, levelOf } from './levels.ts';
import type { Materialisation } from './materialised.ts';
import { Reach } from './reach.ts';
import {
  canonicalRow,
  innermostIsReduced,
  type RowPattern,
  rowOf,
  rowPattern,
  shortened,
} from './row-pattern.ts';

export type FusionKind = 'pointwise' | 'reduction' | 'contraction' | 'kernel';

export interface Fusion {
  readonly id: number;
  kind: FusionKind;
  /** Materialised nodes computed here, inputs before consumers. */
  readonly nodes: Tensor[];
  /** Elements of the whole iteration space. */
  readonly count: number;
  pattern: RowPattern | undefined;
  /** Fusion groups that must run before. */
  readonly before: Set<Fusion>;
}

export interface Schedule {
  /** In the order in which they run. */
  readonly fusions: readonly Fusion[];
  readonly fusionOf: ReadonlyMap<Tensor, Fusion>;
  readonly reads: ReadonlyMap<Tensor, readonly Access[]>;
  /** Materialised nodes whose value reaches memory. */
  readonly inMemory: ReadonlySet<Tensor>;
}

export interface ScheduleOptions {
  /** Buffers that one kernel may bind. */
  readonly maxBindings: number;
  /** Whether whole-array results may be computed by the kernel of a reduction with this pattern. */
  readonly wholeInRows: (pattern: RowPattern) => boolean;
  /** Nodes that are asked for, which always reach memory. */
  readonly outputs: ReadonlySet<Tensor>;
  /** Inputs that are overwritten in place, with the node that replaces them. */
  readonly updates: ReadonlyMap<Tensor, Tensor>;
  /** Nodes that must have a fusion group of their own. */
  readonly alone?: ReadonlySet<Tensor>;
}

/** More nodes in one kernel make shaders that compile slowly. */
const maxNodesPerFusion = 48;

/** A pooled value stands for so many elements at least: it computes again what it reads. */
const fewestPooled = 4;

export function readsOf(tensor: Tensor, choice: Materialisation): Access[] {
  const reads: Access[] = [];
  const { lower } = tensor.op;
  const trace = (root: Tensor, coordinates: readonly Index[]) =>
    traceReads(root, coordinates, choice.isStored, (source, index) => reads.push({ source, index }));
  if (lower.kind === 'contraction' || lower.kind === 'kernel') {
    for (const operand of tensor.inputs)
      if (choice.isStored(operand)) reads.push({ source: operand, index: undefined });
      else trace(operand, delinearize(variable('i', elementCount(operand.shape)), operand.shape));
    return reads.map(({ source }) => ({ source, index: undefined }));
  }
  if (choice.inPlaceConcats.has(tensor))
    return choice.inPlaceConcats.get(tensor)!.map((source) => ({ source, index: undefined }));
  if (lower.kind === 'reduction') {
    const operand = tensor.inputs[0]!;
    const linear = variable('i', elementCount(operand.shape));
    if (choice.isStored(operand)) reads.push({ source: operand, index: linear });
    else trace(operand, delinearize(linear, operand.shape));
    return reads;
  }
  trace(tensor, delinearize(variable('i', elementCount(tensor.shape)), tensor.shape));
  return reads;
}

/** Reads of one array by one element, from which on it is a window: neighbours then read mostly the same, if they run side by side. */
const windowReads = 4;

function readsWindows(accesses: readonly Access[]): boolean {
  const counts = new Map<Tensor, number>();
  return accesses.some(({ source, index }) => {
    const count = (counts.get(source) ?? 0) + 1;
    counts.set(source, count);
    return count >= windowReads || index?.terms.some(({ atom }) => atom.key.startsWith('loop'));
  });
}

/** Whether a node reads its windows four rows at once, as the sums of the rows are held, or finds what it reads with another node of the group. */
function poolsInLanes(tensor: Tensor, fusion: Fusion): boolean {
  const { lower } = tensor.op;
  if (lower.kind !== 'indexed') return false;
  const keeper = lower.keptBy?.(tensor);
  return lower.lanes === true || (keeper !== undefined && fusion.nodes.includes(tensor.inputs[keeper]!));
}

export function schedule(choice: Materialisation, options: ScheduleOptions): Schedule {
  const reads = new Map(choice.materialised.map((tensor) => [tensor, readsOf(tensor, choice)]));
  const readers = new Map<Tensor, Tensor[]>();
  for (const [tensor, accesses] of reads)
    for (const { source } of accesses) readers.set(source, [...(readers.get(source) ?? []), tensor]);
  const outputs = new Set([...options.outputs].map(throughReshape));
  const replaced = new Map([...options.updates].map(([old, next]) => [throughReshape(next), old]));
  const fusionOf = new Map<Tensor, Fusion>();
  const fusions: Fusion[] = [];
  const runsAfter = new Reach(choice.materialised.length + 1);

  /** Fusion groups whose results a node reads; those behind the parts of a concatenation, too. */
  const fusionsBehind = (source: Tensor): Fusion[] => {
    const parts = choice.inPlaceConcats.get(source);
    if (parts !== undefined) return parts.flatMap(fusionsBehind);
    const fusion = fusionOf.get(source);
    return fusion === undefined ? [] : [fusion];
  };

  const atHand = (
    access: Access,
    fusion: Fusion,
    level: Level,
    pattern: RowPattern | undefined,
    tensor: Tensor,
  ) => {
    if (access.index === undefined || choice.inPlaceConcats.has(access.source)) return false;
    const sourceLevel = levelOf(access.source, fusion);
    if (level === 'pooled') {
      const count = elementCount(tensor.shape);
      const own = canonicalRow(shortened(pattern!, count)!);
      if (sourceLevel === 'pooled')
        return elementCount(access.source.shape) === count && access.index.key === variable('i', count).key;
      if (sourceLevel === 'row') return access.index.key === own;
      return (
        rowOf(pattern!, access.index).key === own &&
        poolsInLanes(tensor, fusion) &&
        !readsWindows(reads.get(access.source)!)
      );
    }
    const whole = variable('i', Math.max(1, level === 'whole' ? fusion.count : pattern!.rows)).key;
    if (sourceLevel === level) return access.index.key === whole;
    return sourceLevel === 'row' && level === 'whole' && access.index.key === canonicalRow(pattern!);
  };

  const { again, recomputed } = barriersOf(choice.materialised);

  const canJoin = (
    tensor: Tensor,
    fusion: Fusion,
    accesses: readonly Access[],
    others: readonly Fusion[],
  ): boolean => {
    if (fusion.nodes.length >= maxNodesPerFusion) return false;
    if (fusion.nodes.some((member) => options.alone?.has(member))) return false;
    if (again.has(tensor) !== again.has(fusion.nodes[0]!)) return false;
    const count = elementCount(tensor.shape);
    let level: Level = 'whole';
    let pattern = fusion.pattern;
    if (tensor.op.lower.kind === 'reduction') {
      const own = rowPattern(tensor.inputs[0]!.shape, axesOf(tensor));
      if (fusion.kind === 'reduction') {
        if (own.key !== pattern!.key) return false;
      } else if (
        fusion.kind !== 'pointwise' ||
        own.rows * own.length !== fusion.count ||
        !options.wholeInRows(own) ||
        (!innermostIsReduced(own) && fusion.nodes.some((member) => readsWindows(reads.get(member)!)))
      )
        return false;
      pattern = own;
    } else if (fusion.kind === 'reduction') {
      if (count === fusion.count) {
        if (!options.wholeInRows(pattern!)) return false;
        if (!innermostIsReduced(pattern!) && readsWindows(accesses)) return false;
      } else if (count === pattern!.rows) level = 'row';
      else if (
        fewestPooled * count <= fusion.count &&
        shortened(pattern!, count) !== undefined &&
        options.wholeInRows(pattern!)
      )
        level = 'pooled';
      else return false;
    } else if (fusion.kind === 'kernel' || count !== fusion.count) return false;
    for (const other of others) if (runsAfter.has(other.id, fusion.id)) return false;
    for (const access of accesses)
      if (fusionsBehind(access.source).includes(fusion) && !atHand(access, fusion, level, pattern, tensor))
        return false;
    return bindingsOf(fusion, tensor, accesses) <= options.maxBindings;
  };

  /**
   * An upper bound of the buffers a fusion group binds when a node joins: what it reads, and what others may still have to read of it. What
   * replaces an input is written over it.
   */
  const bindingsOf = (fusion: Fusion, tensor: Tensor, accesses: readonly Access[]): number => {
    const regions = new Set<Tensor>();
    const root = (node: Tensor) => choice.inPlaceParts.get(node)?.whole ?? replaced.get(node) ?? node;
    const members = new Set<Tensor>([...fusion.nodes, tensor]);
    const isRead = (member: Tensor) =>
      outputs.has(member) ||
      choice.inPlaceParts.has(member) ||
      (readers.get(member) ?? []).some((reader) => !members.has(reader));
    for (const member of members) if (isRead(member)) regions.add(root(member));
    for (const member of fusion.nodes)
      for (const { source } of reads.get(member)!) if (!members.has(source)) regions.add(root(source));
    for (const { source } of accesses) if (!members.has(source)) regions.add(root(source));
    return regions.size;
  };

  for (const tensor of choice.materialised) {
    const accesses = reads.get(tensor)!;
    if (choice.inPlaceConcats.has(tensor)) continue;
    const behind = [...new Set(accesses.flatMap(({ source }) => fusionsBehind(source)))];
    const { lower } = tensor.op;
    let home: Fusion | undefined;
    const joins = lower.kind !== 'contraction' && lower.kind !== 'kernel' && !options.alone?.has(tensor);
    if (joins && elementCount(tensor.shape) > 0) {
      const candidates = [...behind].sort((a, b) => b.id - a.id);
      const recent = fusions.slice(-24).reverse();
      for (const fusion of recent)
        if (!behind.includes(fusion) && (fusion.kind === 'pointwise' || fusion.kind === 'reduction'))
          candidates.push(fusion);
      home = candidates.find(
        (fusion) =>
          // Unrelated nodes share a kernel only where both are of one kind and size.
          (behind.includes(fusion) || related(tensor, fusion)) &&
          canJoin(
            tensor,
            fusion,
            accesses,
            behind.filter((other) => other !== fusion),
          ),
      );
    }
    if (home === undefined) {
      const reduction =
        lower.kind === 'reduction' ? rowPattern(tensor.inputs[0]!.shape, axesOf(tensor)) : undefined;
      home = {
        id: fusions.length,
        kind:
          lower.kind === 'contraction' || lower.kind === 'kernel'
            ? lower.kind
            : reduction !== undefined
              ? 'reduction'
              : 'pointwise',
        nodes: [],
        count: reduction === undefined ? elementCount(tensor.shape) : reduction.rows * reduction.length,
        pattern: reduction,
        before: new Set(),
      };
      fusions.push(home);
      runsAfter.add();
    } else if (lower.kind === 'reduction' && home.kind === 'pointwise') {
      home.kind = 'reduction';
      home.pattern = rowPattern(tensor.inputs[0]!.shape, axesOf(tensor));
    }
    home.nodes.push(tensor);
    fusionOf.set(tensor, home);
    for (const fusion of behind)
      if (fusion !== home) {
        home.before.add(fusion);
        runsAfter.connect(home.id, fusion.id);
      }
  }

  const inMemory = new Set<Tensor>();
  for (const tensor of options.outputs) inMemory.add(throughReshape(tensor));
  for (const tensor of choice.materialised) {
    if (choice.inPlaceParts.has(tensor) || choice.inPlaceConcats.has(tensor)) inMemory.add(tensor);
    for (const { source } of reads.get(tensor)!)
      if (fusionOf.has(source) && fusionOf.get(source) !== fusionOf.get(tensor)) inMemory.add(source);
  }
  // What replaces an input in place runs after everything that still reads the old value.
  for (const [old, replacement] of options.updates) {
    const writer = fusionOf.get(throughReshape(replacement));
    if (writer === undefined) continue;
    for (const fusion of fusions) {
      const readsOld = fusion.nodes.some((tensor) => reads.get(tensor)!.some(({ source }) => source === old));
      if (readsOld && fusion !== writer && !runsAfter.has(fusion.id, writer.id)) {
        writer.before.add(fusion);
        runsAfter.connect(writer.id, fusion.id);
      }
    }
  }
  return { fusions: inOrder(fusions, recomputed), fusionOf, reads, inMemory };
}

function axesOf(tensor: Tensor): readonly number[] {
  const { lower } = tensor.op;
  return lower.kind === 'reduction' ? lower.axes(tensor.parameters) : [];
}

function related(tensor: Tensor, fusion: Fusion): boolean {
  if (tensor.op.lower.kind === 'reduction')
    return (
      fusion.kind === 'reduction' &&
      rowPattern(tensor.inputs[0]!.shape, axesOf(tensor)).key === fusion.pattern!.key
    );
  return fusion.kind === 'pointwise' && elementCount(tensor.shape) === fusion.count;
}

/**
 * Dependencies first; among those ready, the one whose last node was written first. What is only computed again (barriers.ts) waits until its first
 * reader comes next.
 */
function inOrder(fusions: readonly Fusion[], recomputed: ReadonlySet<Tensor>): Fusion[] {
  const waiting = new Map(fusions.map((fusion) => [fusion, fusion.before.size]));
  const followers = new Map<Fusion, Fusion[]>();
  for (const fusion of fusions)
    for (const earlier of fusion.before) followers.set(earlier, [...(followers.get(earlier) ?? []), fusion]);
  const priorities = new Map<Fusion, number>();
  const priority = (fusion: Fusion): number => {
    const known = priorities.get(fusion);
    if (known !== undefined) return known;
    const readers = followers.get(fusion) ?? [];
    const isAgain = readers.length > 0 && fusion.nodes.every((tensor) => recomputed.has(tensor));
    const found = isAgain
      ? Math.min(...readers.map(priority)) - 0.5
      : fusion.nodes[fusion.nodes.length - 1]!.id;
    priorities.set(fusion, found);
    return found;
  };
  const ready = fusions.filter((fusion) => fusion.before.size === 0);
  const order: Fusion[] = [];
  while (ready.length > 0) {
    let best = 0;
    for (let k = 1; k < ready.length; k++) if (priority(ready[k]!) < priority(ready[best]!)) best = k;
    const [fusion] = ready.splice(best, 1);
    order.push(fusion!);
    for (const follower of followers.get(fusion!) ?? []) {
      const left = waiting.get(follower)! - 1;
      waiting.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  if (order.length !== fusions.length) throw new Error('internal: fusions wait for each other in a circle.');
  return order;
}
