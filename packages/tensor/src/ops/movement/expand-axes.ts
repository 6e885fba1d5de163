import { normalizeAxes } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { reshape } from './reshape.ts';

/** `x` with axes of size 1 put in; `axes` are their places in the result. */
export function expandAxes(x: Tensor, axes: number | readonly number[]): Tensor {
  const count = typeof axes === 'number' ? 1 : axes.length;
  const rank = x.shape.length + count;
  const added = normalizeAxes('expandAxes', axes, rank);
  let next = 0;
  return reshape(
    x,
    Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : x.shape[next++]!)),
  );
}
