import { normalizeAxis, ShapeError } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { checkTensor } from '../helpers/check-tensor.ts';
import { concat } from './concat.ts';
import { expandAxes } from './expand-axes.ts';

/** Tensors of one shape along a new axis, the first one when left out. */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  if (tensors.length === 0) throw new ShapeError('stack: the list is empty; give at least one tensor.');
  for (const tensor of tensors) checkTensor('stack', tensor, 'a member of its list');
  const first = tensors[0]!;
  const along = normalizeAxis('stack', axis, first.shape.length + 1);
  return concat(
    tensors.map((tensor) => expandAxes(tensor, along)),
    along,
  );
}
