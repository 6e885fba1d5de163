/**
 * @file Long sums with few results are split in two: partial sums that fill the machine, then their sum. The split
 * depends on shapes and on the kind of adapter only, so results are the same in every run.
 */
import { elementCount } from '../graph/shape.ts';
import { node, type Tensor, topologicalOrder } from '../graph/tensor.ts';
import type { Conv2dProblem, MatmulProblem } from '../kernels/contraction.ts';
import { familyOf, type KernelFamily } from '../kernels/family.ts';
import { matmulFamily } from '../kernels/matmul/family.ts';
import { add } from '../ops/arithmetic/add.ts';
import { slice } from '../ops/movement/pad-slice.ts';
import { reshape } from '../ops/movement/reshape.ts';
import { transpose } from '../ops/movement/transpose.ts';
import { sum } from '../ops/reduction/sum-broadcast.ts';
import { conv2dProblem } from './fusions/contraction.ts';
import { rowPattern } from './row-pattern.ts';
import { rangedSegmentSum } from './segment-ranges.ts';
import type { Target } from './target.ts';

/** The smallest divisor of `size` that is at least `wanted` and leaves pieces of `smallest` or more; 1 if there is none. */
function divisorAtLeast(size: number, wanted: number, smallest: number): number {
  for (let parts = Math.max(2, wanted); parts <= size / smallest; parts++)
    if (size % parts === 0) return parts;
  return 1;
}

/** The number of parts that a table gives for a sum, where it is one that divides `size`. */
function splitFromTable(family: string, key: string, size: number, target: Target): number | undefined {
  const listed = target.choices?.of(`${family} split`, key);
  const parts = typeof listed?.kernel === 'object' ? listed.kernel.SPLIT : undefined;
  return typeof parts === 'number' && parts >= 1 && size % parts === 0 ? parts : undefined;
}

/** Into how many parts a sum over `size` is cut: what a table says, else what the family's rule says. */
function partsOf<Problem>(
  { name, split }: KernelFamily<Problem>,
  problem: Problem,
  size: number,
  target: Target,
): number {
  return splitFromTable(name, split.keyOf(problem), size, target) ?? split.parts(problem, target);
}

/** A reduction over a long stretch becomes partial results over equal parts of it, then the reduction of those. */
function splitReduction(tensor: Tensor, operand: Tensor, target: Target): Tensor | undefined {
  const { lower } = tensor.op;
  if (lower.kind !== 'reduction') return undefined;
  const axes = lower.axes(tensor.parameters);
  const { wanted: rows, shortest } = target.profile.splitReduction;
  const own = elementCount(tensor.shape);
  const length = own === 0 ? 0 : elementCount(operand.shape) / own;
  if (own === 0 || length < 2) return undefined;
  // Split the longest reduced axis: [..., size, ...] → [..., parts, size / parts, ...].
  const axis = axes.reduce(
    (best, one) => (operand.shape[one]! > operand.shape[best]! ? one : best),
    axes[0]!,
  );
  const size = operand.shape[axis]!;
  const listed = splitFromTable('reduction', rowPattern(operand.shape, axes).key, size, target);
  const isLong = own < rows && length >= shortest;
  const parts = listed ?? (isLong ? divisorAtLeast(size, Math.ceil(rows / Math.max(1, own)), 64) : 1);
  if (parts === 1) return undefined;
  const split = reshape(operand, [
    ...operand.shape.slice(0, axis),
    parts,
    size / parts,
    ...operand.shape.slice(axis + 1),
  ]);
  const within = axes.map((one) => (one >= axis ? one + 1 : one));
  const partial = node(tensor.op, [split], { ...tensor.parameters, axes: within });
  const keptBefore = Array.from({ length: axis }, (_, k) => k).filter((k) => !axes.includes(k)).length;
  return node(tensor.op, [partial], { ...tensor.parameters, axes: [keptBefore] });
}

/** From this length on a product's sum is cut into pieces, whatever the machine: its error grows with the chain of additions. */
const longestProduct = 4096;
const pieceOfProduct = 512;
/** Partial results take so many elements at most. */
const mostPartialElements = 2 ** 24;

/** Into how many pieces of which length the sum of a product is cut; what is left over is a shorter piece. */
function piecesOfProduct(problem: MatmulProblem, target: Target): { pieces: number; length: number } {
  const { batch, m, n, k } = problem;
  const even = partsOf(matmulFamily, problem, k, target);
  const most = Math.floor(mostPartialElements / Math.max(1, batch * m * n));
  if (k <= longestProduct || most <= even) return { pieces: even, length: k / even };
  const wanted = Math.min(most, Math.max(even, Math.ceil(k / pieceOfProduct)));
  // Pieces begin where vectors of four do.
  const length = Math.ceil(k / wanted / 4) * 4;
  return { pieces: Math.floor(k / length), length };
}

/** Elements `first` to `last` of an axis. */
function stretch(operand: Tensor, axis: number, first: number, last: number): Tensor {
  const at = (place: number, elsewhere: (size: number) => number) =>
    operand.shape.map((size, k) => (k === axis ? place : elsewhere(size)));
  return slice(
    operand,
    at(first, () => 0),
    at(last, (size) => size),
  );
}

function splitMatmul(tensor: Tensor, [a, b]: readonly Tensor[], target: Target): Tensor | undefined {
  const { lower } = tensor.op;
  if (lower.kind !== 'contraction' || lower.family !== 'matmul') return undefined;
  const [m, n] = tensor.shape.slice(-2) as [number, number];
  const k = a!.shape[a!.shape.length - 1]!;
  const batchShape = tensor.shape.slice(0, -2);
  const problem: MatmulProblem = {
    batch: elementCount(batchShape),
    m,
    n,
    k,
    aRowStride: k,
    aColumnStride: 1,
    bRowStride: n,
    bColumnStride: 1,
    aAligned: true,
    bAligned: true,
  };
  const { pieces, length } = piecesOfProduct(problem, target);
  if (pieces <= 1) return undefined;
  const rank = batchShape.length;
  const lead = batchShape.map((_, axis) => axis);
  const end = pieces * length;
  // a: [.., m, pieces, k'] → [.., pieces, m, k'];  b: [.., pieces, k', n].
  const piecesOfA = transpose(reshape(stretch(a!, rank + 1, 0, end), [...batchShape, m, pieces, length]), [
    ...lead,
    rank + 1,
    rank,
    rank + 2,
  ]);
  const piecesOfB = reshape(stretch(b!, rank, 0, end), [...batchShape, pieces, length, n]);
  const total = sum(node(tensor.op, [piecesOfA, piecesOfB], tensor.parameters), rank);
  if (end === k) return total;
  const rest = [stretch(a!, rank + 1, end, k), stretch(b!, rank, end, k)];
  return add(total, node(tensor.op, rest, tensor.parameters));
}

function splitFilterGradient(tensor: Tensor, [x, y]: readonly Tensor[], target: Target): Tensor | undefined {
  const { lower } = tensor.op;
  if (lower.kind !== 'contraction' || lower.conv !== 'filterGradient') return undefined;
  const problem = conv2dProblem(tensor, lower, [true, true]);
  const [tasks, images] = x!.shape as [number, number];
  const parts = partsOf(familyOf<Conv2dProblem>(lower), problem, images, target);
  if (parts <= 1 || images % parts !== 0) return undefined;
  const cut = (operand: Tensor) =>
    reshape(operand, [tasks * parts, images / parts, ...operand.shape.slice(2)]);
  const partial = node(tensor.op, [cut(x!), cut(y!)], tensor.parameters);
  return sum(reshape(partial, [tasks, parts, ...tensor.shape.slice(1)]), 1);
}

export function splitLongSums(outputs: readonly Tensor[], target: Target): Tensor[] {
  const replaced = new Map<Tensor, Tensor>();
  for (const tensor of topologicalOrder(outputs)) {
    const inputs = tensor.inputs.map((input) => replaced.get(input) ?? input);
    const own =
      splitReduction(tensor, inputs[0]!, target) ??
      splitMatmul(tensor, inputs, target) ??
      splitFilterGradient(tensor, inputs, target) ??
      rangedSegmentSum(tensor, inputs, target);
    if (own !== undefined) replaced.set(tensor, own);
    else if (inputs.some((input, slot) => input !== tensor.inputs[slot]))
      replaced.set(tensor, node(tensor.op, inputs, tensor.parameters));
  }
  return outputs.map((output) => replaced.get(output) ?? output);
}
