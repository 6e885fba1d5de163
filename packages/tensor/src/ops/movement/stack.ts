import { normalizeAxis, ShapeError } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { concat } from './concat.ts';
import { expandAxes } from './expand-axes.ts';

/** Tensors of one shape along a new axis, the first one when left out. */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  const first = tensors[0];
  if (first === undefined) throw new ShapeError('stack: the list is empty; give at least one tensor.');
  const along = normalizeAxis('stack', axis, first.shape.length + 1);
  return concat(
    tensors.map((tensor) => expandAxes(tensor, along)),
    along,
  );
}
