import type { Op } from '../../graph/op.ts';
import { elementCount, normalizeAxes, ShapeError, showShape } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { multiply } from '../arithmetic/multiply.ts';
import { square } from '../arithmetic/square.ts';
import { subtract } from '../arithmetic/subtract.ts';
import { checkTensor } from '../helpers/check-tensor.ts';
import { type MarkParameters, markOp } from '../mark.ts';
import { reshape } from '../movement/reshape.ts';
import { mean } from './mean.ts';
import { broadcastTo, sum } from './sum-broadcast.ts';

interface Parameters extends MarkParameters {
  readonly axes: readonly number[];
  readonly keep: boolean;
  /** What the sum of squares is divided by. */
  readonly divisor: number;
}

const centred = (x: Tensor, axes: readonly number[]): Tensor => subtract(x, mean(x, axes, { keep: true }));

/**
 * d Σ(x − mean)² = 2 Σ (x − mean) dx: the mean moves too, but what it adds is Σ (x − mean) = 0 times as much. Differentiated as an
 * expression, it would cost a backward pass one more sum over all examples. Differentiated again, the rule follows the mean.
 */
const op: Op<Parameters> = markOp<Parameters>(
  'variance',
  'variance(x): the mean square of what is left of x when its mean is taken away.',
  {
    kind: 'custom',
    slots: [1],
    jvp: ({ inputs: [, x], parameters }, [, tangent]) => {
      const { axes, keep, divisor } = parameters;
      return tangent && multiply(sum(multiply(centred(x!, axes), tangent), axes, { keep }), 2 / divisor);
    },
    vjp: ({ inputs: [, x], parameters }, cotangent) => {
      const { axes, divisor } = parameters;
      const kept = x!.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      const share = multiply(reshape(cotangent, kept), 2 / divisor);
      return [undefined, multiply(centred(x!, axes), share)];
    },
  },
  (inputs, batched, parameters, size) => {
    const [value, x] = inputs.map((one, slot) =>
      batched[slot] ? one : broadcastTo(one, [size, ...one.shape]),
    );
    return node(op, [value!, x!], { ...parameters, axes: parameters.axes.map((axis) => axis + 1) });
  },
);

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
  checkTensor('variance', x);
  const list = normalizeAxes('variance', axes, x.shape.length);
  const count = elementCount(list.map((axis) => x.shape[axis]!));
  const divisor = count - (options?.correction ?? 0);
  if (divisor <= 0)
    throw new ShapeError(
      `variance: axes [${list.join(', ')}] of ${showShape(x.shape)} hold ${count} elements, too few for a divisor of ${divisor}; reduce more axes, or use correction 0.`,
    );
  const value = multiply(sum(square(centred(x, list)), list, options), 1 / divisor);
  return node(op, [value, x], { axes: list, keep: options?.keep ?? false, divisor });
}
