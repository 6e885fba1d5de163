/**
 * @file Groups stored nodes into units: a unit becomes one kernel, one dispatch.
 *
 * A node joins a unit when everything it reads from that unit is at hand in the same thread at that moment, and when no
 * other unit would then have to run both before and after it. Independent pointwise nodes of one size share a kernel, too.
 */
import { elementCount } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { delinearize, type Index, variable } from '../indexing/index-expression.ts';
import { type Access, throughReshape, traceReads } from './access.ts';
import { canonicalRow, type RowPattern, rowPattern } from './row-pattern.ts';
import type { StoredChoice } from './stored.ts';

export type UnitKind = 'pointwise' | 'rows' | 'contraction' | 'kernel';

export interface Unit {
  readonly id: number;
  kind: UnitKind;
  /** Stored nodes computed here, inputs before consumers. */
  readonly nodes: Tensor[];
  /** Elements of the whole iteration space. */
  readonly count: number;
  pattern: RowPattern | undefined;
  /** Units that must run before. */
  readonly before: Set<Unit>;
}

export interface Schedule {
  /** In the order in which they run. */
  readonly units: readonly Unit[];
  readonly unitOf: ReadonlyMap<Tensor, Unit>;
  readonly reads: ReadonlyMap<Tensor, readonly Access[]>;
  /** Stored nodes whose value reaches memory. */
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
  /** Nodes that must have a unit of their own. */
  readonly alone?: ReadonlySet<Tensor>;
}

/** More nodes in one kernel make shaders that compile slowly. */
const maxNodesPerUnit = 48;

/** Where a node computed in a unit lives: once an element, or once a row. */
function levelOf(tensor: Tensor, unit: Unit): 'whole' | 'row' {
  if (unit.kind !== 'rows') return 'whole';
  if (tensor.op.lower.kind === 'reduction') return 'row';
  return elementCount(tensor.shape) === unit.count ? 'whole' : 'row';
}

export function readsOf(tensor: Tensor, choice: StoredChoice): Access[] {
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
  if (choice.pieces.has(tensor))
    return choice.pieces.get(tensor)!.map((source) => ({ source, index: undefined }));
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

/** Sets of unit numbers. */
class Reach {
  private readonly rows: Uint32Array[] = [];
  private readonly words: number;
  constructor(capacity: number) {
    this.words = Math.ceil(capacity / 32);
  }
  add(): void {
    this.rows.push(new Uint32Array(this.words));
  }
  has(from: number, to: number): boolean {
    return ((this.rows[from]![to >>> 5]! >>> (to & 31)) & 1) === 1;
  }
  /** Everything that `to` reaches, and `to`, becomes reachable from `from` and from all that reach `from`. */
  connect(from: number, to: number): void {
    if (this.has(from, to)) return;
    const target = this.rows[to]!;
    for (let unit = 0; unit < this.rows.length; unit++) {
      if (unit !== from && !this.has(unit, from)) continue;
      const row = this.rows[unit]!;
      for (let word = 0; word < this.words; word++) row[word]! |= target[word]!;
      row[to >>> 5]! |= 1 << (to & 31);
    }
  }
}

export function schedule(choice: StoredChoice, options: ScheduleOptions): Schedule {
  const reads = new Map(choice.stored.map((tensor) => [tensor, readsOf(tensor, choice)]));
  const readers = new Map<Tensor, Tensor[]>();
  for (const [tensor, accesses] of reads)
    for (const { source } of accesses) readers.set(source, [...(readers.get(source) ?? []), tensor]);
  const outputs = new Set([...options.outputs].map(throughReshape));
  const replaced = new Map([...options.updates].map(([old, next]) => [throughReshape(next), old]));
  const unitOf = new Map<Tensor, Unit>();
  const units: Unit[] = [];
  const runsAfter = new Reach(choice.stored.length + 1);

  /** Units whose results a node reads; those behind the parts of a concatenation, too. */
  const unitsBehind = (source: Tensor): Unit[] => {
    const parts = choice.pieces.get(source);
    if (parts !== undefined) return parts.flatMap(unitsBehind);
    const unit = unitOf.get(source);
    return unit === undefined ? [] : [unit];
  };

  const atHand = (access: Access, unit: Unit, level: 'whole' | 'row', pattern: RowPattern | undefined) => {
    if (access.index === undefined || choice.pieces.has(access.source)) return false;
    const sourceLevel = levelOf(access.source, unit);
    const whole = variable('i', Math.max(1, level === 'whole' ? unit.count : pattern!.rows)).key;
    if (sourceLevel === level) return access.index.key === whole;
    return sourceLevel === 'row' && level === 'whole' && access.index.key === canonicalRow(pattern!);
  };

  const canJoin = (
    tensor: Tensor,
    unit: Unit,
    accesses: readonly Access[],
    others: readonly Unit[],
  ): boolean => {
    if (unit.nodes.length >= maxNodesPerUnit) return false;
    if (unit.nodes.some((member) => options.alone?.has(member))) return false;
    const count = elementCount(tensor.shape);
    let level: 'whole' | 'row' = 'whole';
    let pattern = unit.pattern;
    if (tensor.op.lower.kind === 'reduction') {
      const own = rowPattern(tensor.inputs[0]!.shape, axesOf(tensor));
      if (unit.kind === 'rows') {
        if (own.key !== pattern!.key) return false;
      } else if (
        unit.kind !== 'pointwise' ||
        own.rows * own.length !== unit.count ||
        !options.wholeInRows(own)
      )
        return false;
      pattern = own;
    } else if (unit.kind === 'rows') {
      if (count === unit.count) {
        if (!options.wholeInRows(pattern!)) return false;
      } else if (count === pattern!.rows) level = 'row';
      else return false;
    } else if (unit.kind === 'kernel' || count !== unit.count) return false;
    for (const other of others) if (runsAfter.has(other.id, unit.id)) return false;
    for (const access of accesses)
      if (unitsBehind(access.source).includes(unit) && !atHand(access, unit, level, pattern)) return false;
    return bindingsOf(unit, tensor, accesses) <= options.maxBindings;
  };

  /**
   * An upper bound of the buffers a unit binds when a node joins: what it reads, and what others may still have to read of it. What
   * replaces an input is written over it.
   */
  const bindingsOf = (unit: Unit, tensor: Tensor, accesses: readonly Access[]): number => {
    const regions = new Set<Tensor>();
    const root = (node: Tensor) => choice.placements.get(node)?.whole ?? replaced.get(node) ?? node;
    const members = new Set<Tensor>([...unit.nodes, tensor]);
    const isRead = (member: Tensor) =>
      outputs.has(member) ||
      choice.placements.has(member) ||
      (readers.get(member) ?? []).some((reader) => !members.has(reader));
    for (const member of members) if (isRead(member)) regions.add(root(member));
    for (const member of unit.nodes)
      for (const { source } of reads.get(member)!) if (!members.has(source)) regions.add(root(source));
    for (const { source } of accesses) if (!members.has(source)) regions.add(root(source));
    return regions.size;
  };

  for (const tensor of choice.stored) {
    const accesses = reads.get(tensor)!;
    if (choice.pieces.has(tensor)) continue;
    const behind = [...new Set(accesses.flatMap(({ source }) => unitsBehind(source)))];
    const { lower } = tensor.op;
    let home: Unit | undefined;
    const joins = lower.kind !== 'contraction' && lower.kind !== 'kernel' && !options.alone?.has(tensor);
    if (joins && elementCount(tensor.shape) > 0) {
      const candidates = [...behind].sort((a, b) => b.id - a.id);
      const recent = units.slice(-24).reverse();
      for (const unit of recent)
        if (!behind.includes(unit) && (unit.kind === 'pointwise' || unit.kind === 'rows'))
          candidates.push(unit);
      home = candidates.find(
        (unit) =>
          // Unrelated nodes share a kernel only where both are of one kind and size.
          (behind.includes(unit) || related(tensor, unit)) &&
          canJoin(
            tensor,
            unit,
            accesses,
            behind.filter((other) => other !== unit),
          ),
      );
    }
    if (home === undefined) {
      const reduction =
        lower.kind === 'reduction' ? rowPattern(tensor.inputs[0]!.shape, axesOf(tensor)) : undefined;
      home = {
        id: units.length,
        kind:
          lower.kind === 'contraction' || lower.kind === 'kernel'
            ? lower.kind
            : reduction !== undefined
              ? 'rows'
              : 'pointwise',
        nodes: [],
        count: reduction === undefined ? elementCount(tensor.shape) : reduction.rows * reduction.length,
        pattern: reduction,
        before: new Set(),
      };
      units.push(home);
      runsAfter.add();
    } else if (lower.kind === 'reduction' && home.kind === 'pointwise') {
      home.kind = 'rows';
      home.pattern = rowPattern(tensor.inputs[0]!.shape, axesOf(tensor));
    }
    home.nodes.push(tensor);
    unitOf.set(tensor, home);
    for (const unit of behind)
      if (unit !== home) {
        home.before.add(unit);
        runsAfter.connect(home.id, unit.id);
      }
  }

  const inMemory = new Set<Tensor>();
  for (const tensor of options.outputs) inMemory.add(throughReshape(tensor));
  for (const tensor of choice.stored) {
    if (choice.placements.has(tensor) || choice.pieces.has(tensor)) inMemory.add(tensor);
    for (const { source } of reads.get(tensor)!)
      if (unitOf.has(source) && unitOf.get(source) !== unitOf.get(tensor)) inMemory.add(source);
  }
  // What replaces an input in place runs after everything that still reads the old value.
  for (const [old, replacement] of options.updates) {
    const writer = unitOf.get(throughReshape(replacement));
    if (writer === undefined) continue;
    for (const unit of units) {
      const readsOld = unit.nodes.some((tensor) => reads.get(tensor)!.some(({ source }) => source === old));
      if (readsOld && unit !== writer && !runsAfter.has(unit.id, writer.id)) {
        writer.before.add(unit);
        runsAfter.connect(writer.id, unit.id);
      }
    }
  }
  return { units: inOrder(units), unitOf, reads, inMemory };
}

function axesOf(tensor: Tensor): readonly number[] {
  const { lower } = tensor.op;
  return lower.kind === 'reduction' ? lower.axes(tensor.parameters) : [];
}

function related(tensor: Tensor, unit: Unit): boolean {
  if (tensor.op.lower.kind === 'reduction')
    return (
      unit.kind === 'rows' && rowPattern(tensor.inputs[0]!.shape, axesOf(tensor)).key === unit.pattern!.key
    );
  return unit.kind === 'pointwise' && elementCount(tensor.shape) === unit.count;
}

/** Dependencies first; among those ready, the one whose last node was written first. */
function inOrder(units: readonly Unit[]): Unit[] {
  const waiting = new Map(units.map((unit) => [unit, unit.before.size]));
  const followers = new Map<Unit, Unit[]>();
  for (const unit of units)
    for (const earlier of unit.before) followers.set(earlier, [...(followers.get(earlier) ?? []), unit]);
  const priority = (unit: Unit) => unit.nodes[unit.nodes.length - 1]!.id;
  const ready = units.filter((unit) => unit.before.size === 0);
  const order: Unit[] = [];
  while (ready.length > 0) {
    let best = 0;
    for (let k = 1; k < ready.length; k++) if (priority(ready[k]!) < priority(ready[best]!)) best = k;
    const [unit] = ready.splice(best, 1);
    order.push(unit!);
    for (const follower of followers.get(unit!) ?? []) {
      const left = waiting.get(follower)! - 1;
      waiting.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  if (order.length !== units.length) throw new Error('internal: units wait for each other in a circle.');
  return order;
}
