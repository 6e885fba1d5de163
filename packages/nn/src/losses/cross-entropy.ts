/** @file Losses of classifiers: cross-entropy of logits, negative log-likelihood of log-probabilities. */
import {
  add,
  logSoftmax,
  mean,
  multiply,
  negate,
  oneHot,
  ShapeError,
  sum,
  type Tensor,
} from '@longhorizon/tensor';
import { checkTensor, showShape } from '@longhorizon/tensor/compiler';
import { weightedMean } from './weighted-mean.ts';

/** Refuses labels that do not belong to outputs [N, classes]. */
export function checkLabels(asker: string, outputs: Tensor, labels: Tensor): void {
  checkTensor(asker, outputs, 'outputs');
  checkTensor(asker, labels, 'labels');
  if (labels.dtype !== 'u32')
    throw new TypeError(
      `${asker}: labels are ${labels.dtype}, but class numbers are u32; make the array with { dtype: 'u32' }.`,
    );
  if (outputs.shape.length !== 2 || labels.shape.length !== 1 || labels.shape[0] !== outputs.shape[0])
    throw new ShapeError(
      `${asker}: outputs ${showShape(outputs.shape)} and labels ${showShape(labels.shape)} do not belong together; give [N, classes] and [N].`,
    );
}

/**
 * −log p(label) of each example, from log-probabilities.
 *
 * @param logProbabilities [N, classes]
 * @param labels class numbers, u32 [N]; a number beyond the classes costs nothing
 * @returns [N]
 */
export function nllPerExample(logProbabilities: Tensor, labels: Tensor): Tensor {
  checkLabels('nll', logProbabilities, labels);
  return negate(sum(multiply(logProbabilities, oneHot(labels, logProbabilities.shape[1]!)), 1));
}

/** Mean negative log-likelihood. See `nllPerExample` and `weightedMean`. */
export function nll(logProbabilities: Tensor, labels: Tensor, weights?: Tensor): Tensor {
  return weightedMean(nllPerExample(logProbabilities, labels), weights);
}

/**
 * Cross-entropy of each example: −log softmax(logits)[label].
 *
 * @param logits [N, classes]
 * @param labels class numbers, u32 [N]; a number beyond the classes costs nothing
 * @param smoothing share of the target spread evenly over all classes, 0 when left out (Szegedy et al., CVPR 2016)
 * @returns [N]
 */
export function crossEntropyPerExample(logits: Tensor, labels: Tensor, smoothing = 0): Tensor {
  checkLabels('crossEntropy', logits, labels);
  const logProbabilities = logSoftmax(logits);
  const plain = nllPerExample(logProbabilities, labels);
  if (smoothing === 0) return plain;
  return add(multiply(plain, 1 - smoothing), multiply(mean(logProbabilities, 1), -smoothing));
}

/**
 * Mean cross-entropy.
 *
 * @param logits [N, classes]: a tensor; of a model, `model.apply(w, x).outputs`
 * @param labels class numbers, u32 [N]; an example whose label is not below the number of classes has loss 0, so it costs nothing
 * @param weights of the examples [N], all 1 when left out; not normalised
 * @returns a scalar
 *
 * @example
 * ```ts
 * import { crossEntropy } from '@longhorizon/nn';
 * import { array, evaluate } from '@longhorizon/tensor';
 *
 * const loss = crossEntropy(array([0, 0], [1, 2]), array([1], [1], 'u32'));
 * const [{ data }] = evaluate([loss], new Map());
 * console.assert(Math.abs(data[0]! - Math.log(2)) < 1e-12);
 * ```
 */
export function crossEntropy(logits: Tensor, labels: Tensor, weights?: Tensor): Tensor {
  return weightedMean(crossEntropyPerExample(logits, labels), weights);
}
