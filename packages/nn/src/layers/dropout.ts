/** @file Dropout with a key: the same key drops the same elements. */
import { bernoulli, multiply, select, type Tensor } from '@longhorizon/tensor';

/**
 * Elements set to zero with a probability, the others divided by what is kept, so that the mean stays.
 *
 * Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, "Dropout" (JMLR 2014), in the inverted form.
 *
 * @param rate probability of zero, in [0, 1)
 * @param key u32 [2], used for nothing else; in a loop `foldIn(key, step)`
 */
export function dropout(x: Tensor, rate: number, key: Tensor): Tensor {
  if (!(rate >= 0 && rate < 1))
    throw new RangeError(`dropout: a rate of ${rate} was asked for; give a number from 0 to below 1.`);
  if (rate === 0) return x;
  return select(bernoulli(key, 1 - rate, x.shape), multiply(x, 1 / (1 - rate)), 0);
}
