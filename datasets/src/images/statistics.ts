/** @file Mean and spread of a data set, for normalising its inputs. */
import type { Dataset } from '../dataset/types.ts';

/** One number a channel, or a column of a table. */
export interface ChannelStatistics {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/**
 * Mean and standard deviation of each channel, in the units of the data (bytes for pictures).
 *
 * @param indices - Only these images: give the training part, so that nothing of the test part is learnt.
 */
export function channelStatistics(dataset: Dataset, indices?: Uint32Array): ChannelStatistics {
  const [count, height, width, channels] = dataset.shape;
  const pixels = height * width;
  const mean = new Float64Array(channels);
  const squares = new Float64Array(channels);
  const images = indices?.length ?? count;
  for (let i = 0; i < images; i += 1) {
    const start = (indices ? indices[i]! : i) * pixels * channels;
    for (let at = 0; at < pixels * channels; at += 1) {
      const value = dataset.images[start + at]!;
      mean[at % channels]! += value;
      squares[at % channels]! += value * value;
    }
  }
  const total = images * pixels;
  for (let channel = 0; channel < channels; channel += 1) mean[channel]! /= total;
  const deviation = squares.map((sum, channel) => Math.sqrt(Math.max(0, sum / total - mean[channel]! ** 2)));
  return { mean, deviation };
}
