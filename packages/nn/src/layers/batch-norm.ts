/**
 * @file Batch norm: each channel shifted and scaled to mean 0 and variance 1 over the batch (and over places), then scaled and
 * shifted by parameters.
 *
 * Source: Ioffe and Szegedy, "Batch normalization" (ICML 2015), algorithm 1. Running statistics are kept as PyTorch keeps
 * them: new = (1 − momentum)·old + momentum·batch, with the unbiased variance of the batch. Statistics for each inner step:
 * Antoniou, Edwards and Storkey, "How to train your MAML" (ICLR 2019), section 4.
 *
 * Statistics are values that come in and go out, never hidden state.
 */
import {
  add,
  dynamicUpdate,
  elementCount,
  mean,
  minimum,
  multiply,
  rsqrt,
  ShapeError,
  stopGradient,
  subtract,
  type Tensor,
  take,
  variance,
} from '@longhorizon/tensor';
import { showShape } from '@longhorizon/tensor/compiler';

/** Mean and variance of each channel, [channels], or for each step of an inner loop [steps, channels]. */
export interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** All axes but the last. */
const batchAxes = (x: Tensor): number[] => x.shape.slice(0, -1).map((_, axis) => axis);

/**
 * Mean and (biased) variance of each channel, with the derivative through both.
 *
 * @param x [N, C] or [N, H, W, C]
 */
export function batchStatistics(x: Tensor): Statistics {
  if (x.shape.length < 2)
    throw new ShapeError(`batchStatistics: ${showShape(x.shape)} has no batch; give [N, C] or [N, H, W, C].`);
  const axes = batchAxes(x);
  return { mean: mean(x, axes), variance: variance(x, axes) };
}

/**
 * (x − mean) / √(variance + epsilon) · scale + shift, by the last axis.
 *
 * @param scale [channels], 1 when left out
 * @param shift [channels], 0 when left out
 */
export function normaliseBy(
  x: Tensor,
  { mean: centre, variance }: Statistics,
  scale?: Tensor,
  shift?: Tensor,
  epsilon = 1e-5,
): Tensor {
  const spread = rsqrt(add(variance, epsilon));
  const scaled = multiply(subtract(x, centre), scale === undefined ? spread : multiply(spread, scale));
  return shift === undefined ? scaled : add(scaled, shift);
}

/** Batch norm by the statistics of the batch itself. See `normaliseBy`. */
export function batchNorm(x: Tensor, scale?: Tensor, shift?: Tensor, epsilon = 1e-5): Tensor {
  return normaliseBy(x, batchStatistics(x), scale, shift, epsilon);
}

/**
 * Running statistics after a batch. No derivative flows into them.
 *
 * @param running what they were
 * @param batch statistics of the batch
 * @param count elements of each channel in the batch: the unbiased variance is count/(count − 1) of the biased one
 */
export function updateRunning(
  running: Statistics,
  batch: Statistics,
  count: number,
  momentum = 0.1,
): Statistics {
  const blend = (old: Tensor, fresh: Tensor, weight: number) =>
    add(multiply(old, 1 - momentum), multiply(stopGradient(fresh), weight));
  return {
    mean: blend(running.mean, batch.mean, momentum),
    variance: blend(running.variance, batch.variance, momentum * (count / Math.max(1, count - 1))),
  };
}

/** Elements of each channel of x. */
export const channelCount = (x: Tensor): number => elementCount(x.shape.slice(0, -1));

/**
 * A row of something kept for each step: [steps, ...] → [...]. Steps beyond the last row use the last.
 *
 * @param step number of the inner step, u32 of shape []
 */
export function atStep(rows: Tensor, step: Tensor): Tensor {
  return take(rows, minimum(step, rows.shape[0]! - 1));
}

/** Rows kept for each step, with the row of this step replaced. Steps beyond the last row replace the last. */
export function withRowAtStep(rows: Tensor, row: Tensor, step: Tensor): Tensor {
  return dynamicUpdate(rows, row, minimum(step, rows.shape[0]! - 1));
}
