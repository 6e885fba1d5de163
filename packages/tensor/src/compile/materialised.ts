/**
 * @file Chooses which nodes are materialised: computed once by some kernel, rather than written into the code of each kernel that
 * needs them. A materialised node whose consumers all end up in its own kernel never reaches memory.
 */
import { elementCount } from '../graph/shape.ts';
import { node, type Tensor, topologicalOrder } from '../graph/tensor.ts';
import { constantIndex } from '../indexing/index-expression.ts';
import { constantValue } from '../ops/leaf/constant.ts';
import { isInput, isStepIndex, valuesOfArray } from '../ops/leaf/input.ts';
import { throughMovement, throughReshape } from './access.ts';
import { copyOp } from './copy.ts';
import { limitSources } from './limit-sources.ts';
import { matrixView, taskView } from './operands.ts';

/** Additions that are rather repeated in two kernels than written to memory and read again. */
const cheapWeight = 3;
/** Cost of a value that is not repeated for each element of a larger array. */
const repeatedWeight = 6;
/** Cost up to which a value is made again from the one large array it is made from: who reads it reads as much either way. */
const rebuiltWeight = 8;
/** From so many elements on, a slice that a value is made from counts as what is read of it: below, memory is saved for one more buffer that each reader binds. */
const fewestRebuilt = 1024;
/** An array is small beside one of so many times its elements. */
const muchLarger = 8;
/** A concatenation of more elements or inPlaceConcats than these is put together in memory. */
const inlineConcatElements = 256;
const inlineConcatPieces = 4;

/** A part of a concatenation is computed straight into its place. */
export interface Placement {
  readonly whole: Tensor;
  readonly inner: number;
  readonly stride: number;
  readonly offset: number;
}

export interface Materialisation {
  /** Nodes to be computed by kernels, inputs before consumers. */
  readonly materialised: readonly Tensor[];
  readonly isStored: (tensor: Tensor) => boolean;
  /** Concatenations put together in memory, with the nodes that are computed into them. */
  readonly inPlaceConcats: ReadonlyMap<Tensor, readonly Tensor[]>;
  readonly inPlaceParts: ReadonlyMap<Tensor, Placement>;
  /** Concatenations with parts that are not written because they are zero. */
  readonly zeroParts: ReadonlySet<Tensor>;
}

/** Values that lie in memory without being computed. */
export function isLeafInMemory(tensor: Tensor): boolean {
  return isInput(tensor) || valuesOfArray(tensor) !== undefined;
}

function isLeaf(tensor: Tensor): boolean {
  return isLeafInMemory(tensor) || constantValue(tensor) !== undefined || isStepIndex(tensor);
}

function isZero(tensor: Tensor): boolean {
  const { base } = throughMovement(tensor, inputCoordinates(tensor));
  return constantValue(base) === 0;
}

/** Consumers of each node, looking through movements. */
function consumersThroughMovement(order: readonly Tensor[]): Map<Tensor, Set<Tensor>> {
  const consumers = new Map<Tensor, Set<Tensor>>();
  for (let position = order.length - 1; position >= 0; position--) {
    const consumer = order[position]!;
    const reached =
      consumer.op.lower.kind === 'movement' ? (consumers.get(consumer) ?? new Set()) : [consumer];
    for (const input of consumer.inputs) {
      let set = consumers.get(input);
      if (set === undefined) {
        set = new Set();
        consumers.set(input, set);
      }
      for (const one of reached) set.add(one);
    }
  }
  return consumers;
}

/** @param maxBindings buffers that one kernel may bind */
export function chooseMaterialised(
  outputs: readonly Tensor[],
  maxBindings = Number.POSITIVE_INFINITY,
): Materialisation {
  const order = topologicalOrder(outputs);
  const consumers = consumersThroughMovement(order);
  const wanted = new Set<Tensor>();
  const inPlaceConcats = new Map<Tensor, Tensor[]>();
  const inPlaceParts = new Map<Tensor, Placement>();
  const zeroParts = new Set<Tensor>();
  const outputBases = new Set(outputs.map(throughReshape));

  const store = (tensor: Tensor) => {
    if (!isLeaf(tensor)) wanted.add(tensor);
  };
  for (const base of outputBases) store(base);

  // Operands that kernels address by themselves must lie in memory.
  for (const tensor of order) {
    const { lower } = tensor.op;
    if (lower.kind === 'contraction') {
      store(tensor);
      for (const operand of tensor.inputs) {
        const view =
          lower.family === 'matmul'
            ? matrixView(operand, () => undefined)
            : taskView(operand, () => undefined);
        const base = view?.base;
        if (base !== undefined && (!isLeaf(base) || isLeafInMemory(base)) && !isInlineConcat(base))
          store(base);
        else store(operand);
      }
    } else if (lower.kind === 'reduction' || lower.kind === 'kernel') {
      store(tensor);
      if (lower.kind === 'kernel') for (const operand of tensor.inputs) store(throughReshape(operand));
    } else if (lower.kind === 'indexed') {
      tensor.inputs.forEach((input, slot) => {
        const reads = typeof lower.reads === 'string' ? lower.reads : lower.reads[slot];
        if (reads === 'many')
          for (const base of sourcesOfRepeated(input) ?? [
            throughMovement(input, inputCoordinates(input)).base,
          ])
            store(base);
      });
    }
  }

  for (const tensor of order) {
    if (tensor.op.lower.kind !== 'concat' || isInlineConcat(tensor)) continue;
    wanted.add(tensor);
    const axis = tensor.op.lower.axis(tensor.parameters);
    const behind = (t: Tensor) => elementCount(t.shape.slice(axis));
    const list: Tensor[] = [];
    let offset = 0;
    for (const piece of tensor.inputs) {
      const inner = behind(piece);
      if (inner > 0) {
        if (isZero(piece)) zeroParts.add(tensor);
        else {
          const base = throughReshape(piece);
          const free =
            !isLeaf(base) &&
            base.op.lower.kind !== 'concat' &&
            base.op.lower.kind !== 'movement' &&
            !inPlaceParts.has(base) &&
            !outputBases.has(base);
          let own = free ? base : node(copyOp, [piece]);
          // Equal nodes are one node, and a node has one place: what is part of several concatenations is copied on from place to place.
          while (!free && inPlaceParts.has(own)) own = node(copyOp, [own]);
          inPlaceParts.set(own, { whole: tensor, inner, stride: behind(tensor), offset });
          wanted.add(own);
          list.push(own);
        }
      }
      offset += inner;
    }
    inPlaceConcats.set(tensor, list);
  }

  // Values that several kernels would compute again, or one kernel again and again.
  const weight = new Map<Tensor, number>();
  for (const tensor of order) {
    if (isLeaf(tensor)) {
      weight.set(tensor, 0);
      continue;
    }
    const { lower } = tensor.op;
    const own =
      lower.kind === 'elementwise' || lower.kind === 'indexed'
        ? lower.weight
        : lower.kind === 'concat'
          ? 2
          : 0;
    let total = own;
    for (const input of tensor.inputs) total += wanted.has(input) ? 0 : weight.get(input)!;
    if (!wanted.has(tensor)) {
      if (lower.kind === 'movement') {
        const input = tensor.inputs[0]!;
        const growth = elementCount(tensor.shape) / Math.max(1, elementCount(input.shape));
        const { base } = throughMovement(input, inputCoordinates(input));
        if (growth >= 8 && total >= repeatedWeight && elementCount(base.shape) > 1 && !isLeaf(base)) {
          wanted.add(base);
          total = 0;
        }
      } else if (
        (consumers.get(tensor)?.size ?? 0) > 1 &&
        total >= cheapWeight &&
        elementCount(tensor.shape) > 1 &&
        !(total <= rebuiltWeight && isRebuilt(tensor, wanted))
      )
        wanted.add(tensor);
    }
    weight.set(tensor, total);
  }

  const soFar = {
    isLeafInMemory,
    wanted,
    isAssembled: (tensor: Tensor) => inPlaceConcats.has(tensor),
    storable: (tensor: Tensor) => throughMovement(tensor, inputCoordinates(tensor)).base,
  };
  // One buffer is for the result itself.
  limitSources(order, soFar, maxBindings - 1);

  const materialised = orderThroughPieces(outputs, inPlaceConcats).filter((tensor) => wanted.has(tensor));
  const set = new Set(materialised);
  return {
    materialised,
    isStored: (tensor) => set.has(tensor) || isLeafInMemory(tensor),
    inPlaceConcats,
    inPlaceParts,
    zeroParts,
  };
}

/** Whether an elementwise value is made from one array of its size that lies in memory, and else from small ones only. */
function isRebuilt(tensor: Tensor, wanted: ReadonlySet<Tensor>): boolean {
  if (tensor.op.lower.kind !== 'elementwise') return false;
  const size = elementCount(tensor.shape);
  const large = new Set<Tensor>();
  const stack = [...tensor.inputs];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (elementCount(next.shape) * muchLarger <= size) continue;
    const { base, reached } = underMovement(next);
    if (wanted.has(base) || isLeafInMemory(base)) {
      const counted = size >= fewestRebuilt ? reached : elementCount(base.shape);
      if (counted * muchLarger > size) large.add(base);
    } else if (base.op.lower.kind === 'elementwise') stack.push(...base.inputs);
    else if (constantValue(base) === undefined) return false;
    if (large.size > 1) return false;
  }
  return large.size === 1;
}

/** The value under a chain of movements, and how many of its elements are read at most: a small slice of a large array counts as small. */
function underMovement(tensor: Tensor): { readonly base: Tensor; readonly reached: number } {
  let base = tensor;
  let reached = elementCount(tensor.shape);
  while (base.op.lower.kind === 'movement') {
    base = base.inputs[0]!;
    reached = Math.min(reached, elementCount(base.shape));
  }
  return { base, reached };
}

/**
 * What lies under an operand that is larger than all it is made from, if making an element costs little: one array, and small ones. Whoever reads the
 * operand again and again then reads that array, and the operand itself never lies in memory.
 */
function sourcesOfRepeated(operand: Tensor): readonly Tensor[] | undefined {
  const size = elementCount(operand.shape);
  const sources = new Set<Tensor>();
  let [large, cost] = [0, 0];
  const stack = [operand];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { base } = throughMovement(next, inputCoordinates(next));
    const { lower } = base.op;
    const isSmall = elementCount(base.shape) * muchLarger <= size;
    if (constantValue(base) !== undefined) continue;
    if (lower.kind === 'elementwise' && elementCount(base.shape) === size) {
      cost += lower.weight;
      stack.push(...base.inputs);
    } else if (!sources.has(base)) {
      sources.add(base);
      if (!isSmall) large++;
      if (2 * elementCount(base.shape) > size) return undefined;
    }
  }
  return large === 1 && cost > 0 && cost <= rebuiltWeight ? [...sources] : undefined;
}

/**
 * All nodes that the outputs need, inputs before their consumers. What a concatenation needs is the parts computed into it: a
 * copied part is no input of the concatenation in the graph, but comes before whatever reads it.
 */
function orderThroughPieces(
  outputs: readonly Tensor[],
  inPlaceConcats: ReadonlyMap<Tensor, readonly Tensor[]>,
): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const stack: { readonly tensor: Tensor; readonly inputs: readonly Tensor[]; next: number }[] = [];
  const enter = (tensor: Tensor) => {
    if (seen.has(tensor)) return;
    seen.add(tensor);
    stack.push({ tensor, inputs: inPlaceConcats.get(tensor) ?? tensor.inputs, next: 0 });
  };
  for (const output of outputs) {
    enter(output);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const input = top.inputs[top.next++];
      if (input !== undefined) enter(input);
      else {
        order.push(top.tensor);
        stack.pop();
      }
    }
  }
  return order;
}

const zeroIndex = constantIndex(0);

/** Coordinates for following movements where only the node below them matters. */
function inputCoordinates(tensor: Tensor) {
  return tensor.shape.map(() => zeroIndex);
}

function isInlineConcat(tensor: Tensor): boolean {
  return (
    tensor.op.lower.kind === 'concat' &&
    elementCount(tensor.shape) <= inlineConcatElements &&
    tensor.inputs.length <= inlineConcatPieces
  );
}
