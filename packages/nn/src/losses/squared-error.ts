/** @file The loss of regressions. */
import { mean, ShapeError, square, subtract, type Tensor } from '@longhorizon/tensor';
import { checkTensor, sameShape, showShape } from '@longhorizon/tensor/compiler';
import { weightedMean } from './weighted-mean.ts';

/**
 * Mean squared error of each example, over all its outputs.
 *
 * @param outputs [N, ...]
 * @param targets of the same shape
 * @returns [N]
 */
export function squaredErrorPerExample(outputs: Tensor, targets: Tensor): Tensor {
  checkTensor('meanSquaredError', outputs, 'outputs');
  checkTensor('meanSquaredError', targets, 'targets');
  if (!sameShape(outputs.shape, targets.shape) || outputs.shape.length === 0)
    throw new ShapeError(
      `meanSquaredError: outputs ${showShape(outputs.shape)} and targets ${showShape(targets.shape)} do not belong together; give two arrays [N, ...] of one shape.`,
    );
  const errors = square(subtract(outputs, targets));
  return errors.shape.length === 1 ? errors : mean(errors, errors.shape.map((_, axis) => axis).slice(1));
}

/** Mean squared error. See `squaredErrorPerExample` and `weightedMean`. */
export function meanSquaredError(outputs: Tensor, targets: Tensor, weights?: Tensor): Tensor {
  return weightedMean(squaredErrorPerExample(outputs, targets), weights);
}
