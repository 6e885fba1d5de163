/**
 * @file How a new leading axis enters ops whose operands are [tasks, images, …]: as more tasks, or as more
 * images.
 */
import type { Tensor } from '../../graph/tensor.ts';
import { reshape } from '../movement/reshape.ts';
import { broadcastTo } from '../reduction/sum-broadcast.ts';

type Apply = (a: Tensor, b: Tensor) => Tensor;

/**
 * The new axis becomes more tasks; an operand without it is repeated, which the compiler does by reading it
 * again.
 */
export function mergeTasks(
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
  apply: Apply,
): Tensor {
  const [a, b] = inputs.map((input, slot) => {
    const full = batched[slot] ? input : broadcastTo(input, [size, ...input.shape]);
    const [, tasks, ...rest] = full.shape as [number, number, ...number[]];
    return reshape(full, [size * tasks, ...rest]);
  }) as [Tensor, Tensor];
  const result = apply(a, b);
  return reshape(result, [size, result.shape[0]! / size, ...result.shape.slice(1)]);
}

/**
 * The first operand [size, tasks, images, …] has the new axis, the second is shared: with one task the axis
 * becomes more images.
 */
export function mergeTasksOrImages([a, b]: readonly Tensor[], size: number, apply: Apply): Tensor {
  const [, tasks, images, ...rest] = a!.shape as [number, number, number, ...number[]];
  if (tasks !== 1) return mergeTasks([a!, b!], [true, false], size, apply);
  const result = apply(reshape(a!, [1, size * images, ...rest]), b!);
  return reshape(result, [size, 1, images, ...result.shape.slice(2)]);
}
