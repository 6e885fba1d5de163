/** @file How losses of examples become one number. */
import { mean, multiply, ShapeError, type Tensor } from '@longhorizon/tensor';
import { sameShape, showShape } from '@longhorizon/tensor/compiler';

/**
 * (1/N) Σ weightᵢ · lossᵢ: weights are not normalised, so weights of 1 give the plain mean.
 *
 * @param losses [N]
 * @param weights [N], all 1 when left out
 */
export function weightedMean(losses: Tensor, weights?: Tensor): Tensor {
  if (weights === undefined) return mean(losses);
  if (!sameShape(weights.shape, losses.shape))
    throw new ShapeError(
      `weightedMean: ${showShape(losses.shape)} losses have weights of shape ${showShape(weights.shape)}; give one weight for each example.`,
    );
  return mean(multiply(losses, weights));
}
