import { DatasetError } from '@longhorizon/datasets';

/**
 * Class-balanced weights: w_y = (1 − b)/(1 − b^{n_y}), the inverse of the effective number of examples, rescaled to sum to the number
 * of classes.
 *
 * Source: Cui, Jia, Lin, Song and Belongie, "Class-balanced loss based on effective number of samples" (CVPR 2019), equation 4;
 * b = 0.9999 as in Jamal et al. (CVPR 2020).
 *
 * @param counts examples of each class, [classes]
 * @param beta b, from 0 (all classes weigh the same) to below 1 (towards inverse frequency)
 * @throws DatasetError where a class has no example, or b is no such number
 */
export function classBalancedWeights(counts: ArrayLike<number>, beta = 0.9999): Float64Array {
  if (!(beta >= 0 && beta < 1))
    throw new DatasetError(
      `class-balanced weights: b = ${beta} was asked for; give a number from 0 to below 1.`,
    );
  const missing = Array.from(counts).findIndex((count) => !(count >= 1));
  if (missing >= 0)
    throw new DatasetError(
      `class-balanced weights: class ${missing} has ${counts[missing]} examples, and the weight of a class without any is infinite; leave the class out or give it examples.`,
    );
  // −expm1(n ln b) is 1 − b^n without its rounding.
  const raw = Array.from(counts, (count) =>
    beta === 0 ? 1 : (1 - beta) / -Math.expm1(count * Math.log(beta)),
  );
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return Float64Array.from(raw, (weight) => (weight * raw.length) / total);
}
