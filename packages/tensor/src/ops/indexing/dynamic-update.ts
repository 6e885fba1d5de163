import { ShapeError, sameShape, showShape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { equal } from '../comparison/equal.ts';
import { select } from '../comparison/select.ts';
import { checkIndices } from '../helpers/indices.ts';
import { expandAxes } from '../movement/expand-axes.ts';
import { iota } from './iota.ts';

/**
 * `x` with row `index` (a u32 scalar) of the first axis replaced by `update`. An index outside changes
 * nothing.
 */
export function dynamicUpdate(x: Tensor, update: Tensor, index: Tensor): Tensor {
  checkIndices('dynamicUpdate', index);
  if (index.shape.length !== 0 || x.shape.length === 0 || !sameShape(update.shape, x.shape.slice(1)))
    throw new ShapeError(
      `dynamicUpdate: x ${showShape(x.shape)}, update ${showShape(update.shape)} and index ${showShape(index.shape)} do not belong together; the update is one row of x, and the index a number of shape [].`,
    );
  const rows = iota([x.shape[0]!, ...update.shape.map(() => 1)]);
  return select(equal(rows, index), expandAxes(update, 0), x);
}
