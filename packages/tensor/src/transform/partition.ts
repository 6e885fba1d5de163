/**
 * @file What a backward pass keeps of the forward pass, how many bytes that is, and why.
 *
 * A gradient is graph over the forward graph. Run apart from it (one step of a loop forward, the same step backward much
 * later), it needs some of the forward pass's values: the residuals. Which ones is a choice, because a value that is cheap
 * to compute from others need not be kept itself. The choice here is a cheapest one: among all sets of forward values from
 * which cheap ops compute whatever the backward pass reads, one of the fewest bytes (minimum-cut.ts), and among those the
 * one that leaves the least to compute again.
 *
 * Cheap is what costs no kernel of its own and gives the same bits again:
 * - movement (reshape, transpose, slice, broadcast, pad, concat: another view of kept values),
 * - elementwise ops of weight up to `elementwiseWeight`: comparisons, casts, select, additions, multiplications, maxima,
 * - indexed ops that read each input once per element (gather) and random generators, up to `indexedWeight`.
 * Reductions, contractions and kernels are never computed again: their results are kept.
 */
import { elementCount, showShape } from '../graph/shape.ts';
import { type Tensor, topologicalOrder } from '../graph/tensor.ts';
import { isInput, nameOf } from '../ops/leaf/input.ts';
import { describe } from './arguments.ts';
import { minimumCut } from './minimum-cut.ts';

/** What is cheap enough to be computed again in the backward pass. */
export interface PartitionOptions {
  /** Elementwise ops up to this weight (`lower.weight`, in additions per element) are computed again. */
  readonly elementwiseWeight?: number;
  /** Indexed ops up to this weight are computed again; a Threefry draw is about 100 additions. */
  readonly indexedWeight?: number;
  /** What keeping a tensor costs; when left out, its bytes, and one more for a view, so that at equal bytes its source is kept. */
  readonly cost?: (tensor: Tensor) => number;
}

/** A forward value that is kept for the backward pass, with its bytes. */
export interface Residual {
  readonly tensor: Tensor;
  readonly bytes: number;
  /** The nodes of the backward pass that read it. */
  readonly readers: readonly Tensor[];
}

/** What a backward pass keeps of the forward pass, and what it computes again. */
export interface Partition {
  /** Forward values to keep, in the order of computation. */
  readonly residuals: readonly Residual[];
  /** Forward values that the backward pass computes again from the residuals. */
  readonly recomputed: readonly Tensor[];
  /** The given tensors that the backward pass reads. */
  readonly given: readonly Tensor[];
  /** The sum of the residuals' bytes. */
  readonly bytes: number;
}

const defaults = { elementwiseWeight: 1, indexedWeight: 128 } as const;

/**
 * Chooses the residuals between a forward graph and a backward graph built on it.
 *
 * @param forwardOutputs what the forward pass computes
 * @param derivativeOutputs what the backward pass computes: from forward values, given tensors and cotangents
 * @param given tensors that the backward pass has anyway: the step's own carry, parameters, data
 */
export function partition(
  forwardOutputs: readonly Tensor[],
  derivativeOutputs: readonly Tensor[],
  given: readonly Tensor[],
  options: PartitionOptions = {},
): Partition {
  const { elementwiseWeight, indexedWeight } = { ...defaults, ...options };
  const bytes = (tensor: Tensor) => 4 * elementCount(tensor.shape);
  const cost =
    options.cost ?? ((tensor: Tensor) => bytes(tensor) + (tensor.op.lower.kind === 'movement' ? 1 : 0));
  const has = new Set(given);
  const forward = topologicalOrder(forwardOutputs);
  const inForward = new Set(forward);
  const isFree = (tensor: Tensor) => has.has(tensor) || (tensor.inputs.length === 0 && !isInput(tensor));
  const isCheap = (tensor: Tensor) => {
    const { lower } = tensor.op;
    switch (lower.kind) {
      case 'movement':
      case 'concat':
        return true;
      case 'elementwise':
        return lower.weight <= elementwiseWeight;
      case 'indexed':
        return (
          lower.weight <= indexedWeight &&
          (typeof lower.reads === 'string' ? [lower.reads] : lower.reads).every((reads) => reads === 'once')
        );
      case 'leaf':
      case 'reduction':
      case 'contraction':
      case 'kernel':
        return false;
      default:
        return lower satisfies never;
    }
  };

  // What the backward pass reads of the forward pass.
  const backward = topologicalOrder(derivativeOutputs).filter(
    (tensor) => !inForward.has(tensor) && !has.has(tensor),
  );
  const read = new Set(derivativeOutputs.filter((output) => inForward.has(output)));
  for (const tensor of backward)
    for (const operand of tensor.inputs) if (inForward.has(operand)) read.add(operand);

  // The vertices: what is read, and what cheap vertices are computed from. Free tensors end the search.
  const vertices: Tensor[] = [];
  const numberOf = new Map<Tensor, number>();
  const enter = (tensor: Tensor) => {
    if (isFree(tensor) || numberOf.has(tensor)) return;
    numberOf.set(tensor, vertices.length);
    vertices.push(tensor);
  };
  for (const tensor of read) enter(tensor);
  const edges: [number, number][] = [];
  const sources: number[] = [];
  for (let vertex = 0; vertex < vertices.length; vertex++) {
    const tensor = vertices[vertex]!;
    if (!isCheap(tensor)) sources.push(vertex);
    else
      for (const operand of tensor.inputs) {
        enter(operand);
        const from = numberOf.get(operand);
        if (from !== undefined) edges.push([from, vertex]);
      }
  }
  const { cut, beyond } = minimumCut({
    costs: vertices.map(cost),
    edges,
    sources,
    sinks: [...read].flatMap((tensor) => numberOf.get(tensor) ?? []),
  });

  const kept = new Set(cut.map((vertex) => vertices[vertex]!));
  const again = new Set(beyond.map((vertex) => vertices[vertex]!));
  const recomputed = forward.filter((tensor) => again.has(tensor));
  const readers = new Map<Tensor, Tensor[]>();
  for (const reader of [...recomputed, ...backward])
    for (const operand of new Set(reader.inputs)) {
      const list = readers.get(operand);
      if (list === undefined) readers.set(operand, [reader]);
      else list.push(reader);
    }
  const residuals = forward
    .filter((tensor) => kept.has(tensor))
    .map((tensor) => ({ tensor, bytes: bytes(tensor), readers: readers.get(tensor) ?? [] }));
  return {
    residuals,
    recomputed,
    given: given.filter((tensor) => readers.has(tensor)),
    bytes: residuals.reduce((total, residual) => total + residual.bytes, 0),
  };
}

/**
 * What the backward pass keeps, a line each: the bytes, the op and shape of the value, and the ops that read it.
 * Numbers of nodes are those of `printGraph(forwardOutputs)`.
 */
export function printResiduals(
  forwardOutputs: readonly Tensor[],
  derivativeOutputs: readonly Tensor[],
  given: readonly Tensor[],
  options: PartitionOptions = {},
): string {
  const found = partition(forwardOutputs, derivativeOutputs, given, options);
  const names = new Map(topologicalOrder(forwardOutputs).map((tensor, position) => [tensor, `%${position}`]));
  const called = (tensor: Tensor) => (isInput(tensor) ? ` '${nameOf(tensor)}'` : '');
  const name = (tensor: Tensor) =>
    `${names.get(tensor) ?? ''} ${tensor.op.name}${called(tensor)} ${describe(tensor)}`.trimStart();
  const count = (list: readonly unknown[], noun: string) =>
    `${list.length} ${noun}${list.length === 1 ? '' : 's'}`;
  const lines = [`kept: ${count(found.residuals, 'tensor')}, ${found.bytes.toLocaleString('en-US')} bytes`];
  for (const { tensor, bytes, readers } of found.residuals)
    lines.push(`  ${name(tensor)}, ${bytes.toLocaleString('en-US')} bytes, read by ${showReaders(readers)}`);
  if (found.recomputed.length > 0) {
    lines.push(`computed again: ${count(found.recomputed, 'tensor')}`);
    for (const tensor of found.recomputed) lines.push(`  ${name(tensor)}`);
  }
  if (found.given.length > 0) {
    lines.push(`given: ${count(found.given, 'tensor')}`);
    for (const tensor of found.given) lines.push(`  ${name(tensor)}`);
  }
  return lines.join('\n');
}

/** `multiply [32, 64] (2 times), matmul [784, 64]`; a derivative output itself is `the result`. */
function showReaders(readers: readonly Tensor[]): string {
  if (readers.length === 0) return 'the result';
  const counts = new Map<string, number>();
  for (const reader of readers) {
    const text = `${reader.op.name} ${showShape(reader.shape)}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, times]) => (times === 1 ? text : `${text} (${times} times)`)).join(', ');
}
