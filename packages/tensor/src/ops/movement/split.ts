import { normalizeAxis, ShapeError, showShape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { slice } from './pad-slice.ts';

/**
 * `x` cut along an axis.
 *
 * @param parts how many equal parts, or the size of each part
 */
export function split(x: Tensor, parts: number | readonly number[], axis = 0): Tensor[] {
  const along = normalizeAxis('split', axis, x.shape.length);
  const size = x.shape[along]!;
  const sizes = typeof parts === 'number' ? new Array<number>(parts).fill(size / parts) : parts;
  if (!sizes.every(Number.isInteger) || sizes.reduce((total, part) => total + part, 0) !== size)
    throw new ShapeError(
      `split: axis ${along} of ${showShape(x.shape)} cannot be cut into ${typeof parts === 'number' ? `${parts} equal parts` : `parts of ${showShape(parts)}`}; the parts are whole and add up to ${size}.`,
    );
  let end = 0;
  return sizes.map((part) => {
    end += part;
    return slice(
      x,
      x.shape.map((_, k) => (k === along ? end - part : 0)),
      x.shape.with(along, end),
    );
  });
}
