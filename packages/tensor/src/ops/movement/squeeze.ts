import { normalizeAxes, ShapeError, showShape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { reshape } from './reshape.ts';

/** `x` without the named axes, which must have size 1; without a name, without all axes of size 1. */
export function squeeze(x: Tensor, axes?: number | readonly number[]): Tensor {
  if (axes === undefined)
    return reshape(
      x,
      x.shape.filter((size) => size !== 1),
    );
  const dropped = normalizeAxes('squeeze', axes, x.shape.length);
  for (const axis of dropped)
    if (x.shape[axis] !== 1)
      throw new ShapeError(
        `squeeze: axis ${axis} of ${showShape(x.shape)} has size ${x.shape[axis]}, not 1; use sum, slice or reshape.`,
      );
  return reshape(
    x,
    x.shape.filter((_, axis) => !dropped.includes(axis)),
  );
}
