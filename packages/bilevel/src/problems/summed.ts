/** @file Objectives that are sums over the steps: the sum travels with the weights, as their last number, and the outer loss reads it. */
import { add, concat, reshape, slice, type Tensor } from '@longhorizon/tensor';

/** The state of a system and the losses so far. */
export interface Summed {
  /** [d − 1] */
  readonly state: Tensor;
  /** [] */
  readonly total: Tensor;
}

/** Splits w, [d], into the state and the sum of the losses. */
export function splitSum(w: Tensor): Summed {
  const [d] = w.shape as [number];
  return { state: slice(w, [0], [d - 1]), total: reshape(slice(w, [d - 1], [d]), []) };
}

/** w after a step that ends in `state` and costs `loss`. */
export function joinSum({ total }: Summed, state: Tensor, loss: Tensor): Tensor {
  return concat([state, reshape(add(total, loss), [1])], 0);
}
