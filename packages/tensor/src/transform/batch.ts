/** @file The batched form of a piece of graph: some of its nodes get a leading axis, and so does everything that depends on them. */
import { ShapeError, sameShape } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { broadcastTo } from '../ops/reduction/sum-broadcast.ts';
import { describe } from './arguments.ts';
import { orderUntil } from './walk.ts';

/** A tensor of a batched graph: with a leading axis of the batch's size, or one value for the whole batch. */
export interface Batched {
  readonly tensor: Tensor;
  readonly batched: boolean;
}

/**
 * Pushes a batch through a graph by each op's own rule.
 *
 * What depends on no example is computed once, not once per example. Each op's rule computes an example from that example
 * alone.
 *
 * @param examples from a node (the value of one example) to the tensor with all examples along a new first axis
 */
export function batchGraph(
  outputs: readonly Tensor[],
  examples: ReadonlyMap<Tensor, Tensor>,
  size: number,
): Batched[] {
  const full = new Map<Tensor, Tensor>();
  let oldest = Number.POSITIVE_INFINITY;
  for (const [example, all] of examples) {
    if (all.dtype !== example.dtype || !sameShape(all.shape, [size, ...example.shape]))
      throw new ShapeError(
        `internal: ${describe(all)} does not hold ${size} examples of ${describe(example)} along its first axis.`,
      );
    full.set(example, all);
    oldest = Math.min(oldest, example.id);
  }
  for (const current of orderUntil(outputs, (tensor) => tensor.id < oldest || examples.has(tensor))) {
    const flags = current.inputs.map((operand) => full.has(operand));
    if (!flags.includes(true)) continue;
    const operands = current.inputs.map((operand) => full.get(operand) ?? operand);
    const result = current.op.batch(operands, flags, current.parameters, size);
    if (result.dtype !== current.dtype || !sameShape(result.shape, [size, ...current.shape]))
      throw new ShapeError(
        `internal: the batch rule of '${current.op.name}' made ${describe(result)} for ${size} examples of ${describe(current)}.`,
      );
    full.set(current, result);
  }
  return outputs.map((output) => {
    const all = full.get(output);
    return all === undefined ? { tensor: output, batched: false } : { tensor: all, batched: true };
  });
}

/** The tensor with a leading axis of `size`, repeated where the batch shares one value. */
export function allExamples({ tensor, batched }: Batched, size: number): Tensor {
  return batched ? tensor : broadcastTo(tensor, [size, ...tensor.shape]);
}
