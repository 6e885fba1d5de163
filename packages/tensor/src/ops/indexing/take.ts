import { ShapeError, showShape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { gather } from './gather-segment-sum.ts';

/**
 * x[index] along the first axis, for an index known only at run time (a u32 scalar). An index outside gives
 * zeros.
 */
export function take(x: Tensor, index: Tensor): Tensor {
  if (index.shape.length !== 0)
    throw new ShapeError(
      `take: the index has shape ${showShape(index.shape)}; it is one number of shape [], and gather takes many.`,
    );
  return gather(x, index);
}
