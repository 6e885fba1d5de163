/**
 * @file D*: a batch made of subsamples of all batches so far (Eq. 14 and 18). Only positions move; the examples stay where they are.
 *
 * SS(D, p) is a uniformly random subset of round(|D|·p) examples. The new set is written over the old one: a random choice of
 * places keeps its old entries, the others take the new batch's entries of the same places. Both subsets are uniformly random,
 * and |D*| = |D|. Taking the same places of both has a useful consequence: where every step sees all the data in one order, D* is that data.
 */
import {
  add,
  broadcastTo,
  cast,
  floor,
  foldIn,
  iota,
  less,
  multiply,
  permute,
  type Shape,
  select,
  splitKey,
  type Tensor,
  uniform,
  vmap,
} from '@longhorizon/tensor';

/**
 * How a share becomes a number of examples: `nearest` is the paper's round(|D|·p); `stochastic` is right in the mean, and never
 * stops replacing examples.
 */
export type Rounding = 'nearest' | 'stochastic';

/**
 * SS(D*, p) ∪ SS(D, 1 − p).
 *
 * @param kept D*, u32 [batch] or [tasks, batch]
 * @param fresh D, of the same shape
 * @param share p, f32 []
 * @param key u32 [2], of this step alone
 */
export function mixBatches(
  kept: Tensor,
  fresh: Tensor,
  share: Tensor,
  key: Tensor,
  rounding: Rounding,
): Tensor {
  const size = kept.shape.at(-1)!;
  const threshold = rounding === 'nearest' ? 0.5 : uniform(foldIn(key, 0, 'rounding'), []);
  const count = cast(floor(add(multiply(share, size), threshold)), 'u32');
  return select(less(randomPlaces(key, kept.shape), broadcastTo(count, kept.shape)), kept, fresh);
}

/** A permutation of the places of a batch, each task's own. */
function randomPlaces(key: Tensor, shape: Shape): Tensor {
  const size = shape.at(-1)!;
  const one = (own: Tensor) => permute(own, size, iota([size]));
  return shape.length === 1 ? one(key) : vmap(one)(splitKey(key, shape[0]!, 'task'));
}

/**
 * The rounding of a run: `nearest`, unless that would replace no example at all in the longest horizon, so that D* froze.
 *
 * @param size |D|
 */
export function chooseRounding(gamma: number, size: number, horizon: number): Rounding {
  const replaced = gamma === 1 ? 1 / horizon : (1 - gamma) / (1 - gamma ** horizon);
  return size * replaced >= 0.5 ? 'nearest' : 'stochastic';
}
