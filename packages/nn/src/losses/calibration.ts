/**
 * @file Expected calibration error: how far a classifier's confidence is from how often it is right.
 *
 * Source: Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks" (ICML 2017), equation 3.
 */
import {
  absolute,
  cast,
  divide,
  floor,
  max,
  maximum,
  minimum,
  multiply,
  negate,
  segmentSum,
  softmax,
  subtract,
  sum,
  type Tensor,
} from '@longhorizon/tensor';
import { correctPerExample } from './accuracy.ts';

/**
 * Σ over bins of (examples in the bin / N) · |accuracy − mean confidence|. Bin m of M holds confidences in ((m − 1)/M, m/M].
 *
 * Not differentiable in the confidences' bins; its derivative is that of the confidences within their bins.
 *
 * @param logits [N, classes]
 * @param labels u32 [N]
 * @param bins M, 15 when left out
 * @returns a scalar in [0, 1], NaN if a logit is NaN
 */
export function expectedCalibrationError(logits: Tensor, labels: Tensor, bins = 15): Tensor {
  if (!Number.isInteger(bins) || bins < 1)
    throw new RangeError(
      `expectedCalibrationError: ${bins} bins were asked for; give a whole number of 1 or more.`,
    );
  const correct = correctPerExample(logits, labels);
  const confidence = max(softmax(logits, 1), 1);
  // ⌈M · confidence⌉ − 1: the upper end belongs to the bin.
  const ceiling = negate(floor(negate(multiply(confidence, bins))));
  const bin = cast(minimum(maximum(subtract(ceiling, 1), 0), bins - 1), 'u32');
  // |bin|·|accuracy − confidence| is |Σ (correct − confidence)| over the bin.
  const gaps = segmentSum(subtract(correct, confidence), bin, bins);
  return divide(sum(absolute(gaps)), logits.shape[0]!);
}
