import type { Tensor } from '../../graph/tensor.ts';
import { divide } from '../arithmetic/divide.ts';
import { multiply } from '../arithmetic/multiply.ts';
import { type PoolParameters, resolvePool } from '../helpers/pools.ts';
import { type Pair, type WindowOptions, windowCount } from '../helpers/windows.ts';
import { array } from '../leaf/input.ts';
import { sumPool } from './sum-pool.ts';

/** For each window along one axis, how many of its elements lie inside the image. */
function insideCounts(size: number, axis: 0 | 1, { window, stride, padding }: PoolParameters): number[] {
  const count = windowCount(size, window[axis], stride[axis], padding[axis]);
  return Array.from({ length: count }, (_, index) => {
    const first = index * stride[axis] - padding[axis][0];
    return Math.min(size, first + window[axis]) - Math.max(0, first);
  });
}

/**
 * The mean of each window of images [..., H, W, C], over the elements that lie inside the image.
 *
 * @param window size of the window, one number or [height, width]
 * @param options stride (the window's size when left out) and padding, which is not counted
 */
export function averagePool(x: Tensor, window: number | Pair, options?: WindowOptions): Tensor {
  const pool = resolvePool('averagePool', x, window, options);
  const total = sumPool(x, window, options);
  const rows = insideCounts(x.shape.at(-3)!, 0, pool);
  const columns = insideCounts(x.shape.at(-2)!, 1, pool);
  const full = pool.window[0] * pool.window[1];
  const counts = rows.flatMap((height) => columns.map((width) => height * width));
  if (counts.every((count) => count === full)) return multiply(total, 1 / full);
  // Whole numbers are exact in float32; their reciprocals would not be.
  return divide(total, array(counts, [rows.length, columns.length, 1]));
}
