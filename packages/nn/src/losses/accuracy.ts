/** @file How often a classifier is right. */
import { argmax, bitwiseAnd, cast, equal, max, mean, type Tensor } from '@longhorizon/tensor';
import { checkLabels } from './cross-entropy.ts';

/** 1 where the largest output is the label's, else 0; the first of equal outputs counts, and NaN outputs are wrong. Outputs [N, classes] → f32 [N]. */
export function correctPerExample(outputs: Tensor, labels: Tensor): Tensor {
  checkLabels('accuracy', outputs, labels);
  const largest = max(outputs, 1);
  // The largest of outputs with a NaN among them is NaN, which equals nothing.
  const isNumber = equal(largest, largest);
  return cast(bitwiseAnd(equal(argmax(outputs, 1), labels), isNumber), 'f32');
}

/** Share of examples whose largest output is the label's: outputs [N, classes], labels u32 [N] → a scalar in [0, 1]. */
export function accuracy(outputs: Tensor, labels: Tensor): Tensor {
  return mean(correctPerExample(outputs, labels));
}
