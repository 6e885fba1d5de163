import { elementCount, normalizeAxes, ShapeError, showShape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { multiply } from '../arithmetic/multiply.ts';
import { square } from '../arithmetic/square.ts';
import { subtract } from '../arithmetic/subtract.ts';
import { mean } from './mean.ts';
import { sum } from './sum.ts';

/**
 * The variance along axes, in two passes: the mean first, then the mean square of what is left, so nothing
 * cancels.
 *
 * @param options.correction what is taken from the count in the divisor: 0 (the default) for the mean square,
 *   1 for the unbiased estimate
 * @param options.keep keeps the reduced axes with size 1
 */
export function variance(
  x: Tensor,
  axes?: number | readonly number[],
  options?: { keep?: boolean; correction?: number },
): Tensor {
  const list = normalizeAxes('variance', axes, x.shape.length);
  const count = elementCount(list.map((axis) => x.shape[axis]!));
  const divisor = count - (options?.correction ?? 0);
  if (divisor <= 0)
    throw new ShapeError(
      `variance: axes [${list.join(', ')}] of ${showShape(x.shape)} hold ${count} elements, too few for a divisor of ${divisor}; reduce more axes, or use correction 0.`,
    );
  return multiply(sum(square(subtract(x, mean(x, list, { keep: true }))), list, options), 1 / divisor);
}
