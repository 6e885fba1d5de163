import type { Tensor } from '../../graph/tensor.ts';
import { foldImages, resolvePool } from '../helpers/pools.ts';
import type { Pair, WindowOptions } from '../helpers/windows.ts';
import { maxPoolIndex } from './max-pool-index.ts';
import { poolGather } from './pool-gather.ts';

/**
 * The largest element of each window of images [..., H, W, C]; the derivative goes to the first of equals. NaN is larger than all.
 * Padding is never chosen.
 *
 * @param window size of the window, one number or [height, width]
 * @param options stride (the window's size when left out) and padding
 */
export function maxPool(x: Tensor, window: number | Pair, options?: WindowOptions): Tensor {
  const pool = resolvePool('maxPool', x, window, options);
  return foldImages(x, (images) => poolGather(images, maxPoolIndex(images, pool), pool));
}
