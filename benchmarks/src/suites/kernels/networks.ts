/** @file The two networks of the training rows: their parameters, their batches, their learning rates. */
import type { NetworkName } from './work.ts';

export interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface NetworkSpec {
  /** In the order in which every library lists them. */
  readonly parameters: readonly NamedShape[];
  /** Shape of a batch of inputs, images as [N, height, width, channels]. */
  readonly batch: readonly number[];
  readonly classes: number;
  /** Step size of the training row and of the inner loop of MAML. */
  readonly learningRate: number;
}

/** Convolution, batch norm with the batch's own statistics, relu and 2 × 2 max pooling, this many times. */
export const convolutionalLayers = 4;
const convolutionalFilters = 32;
/** Added to the variance in batch norm. */
export const normEpsilon = 1e-5;

const mlp: NetworkSpec = {
  parameters: [
    { name: 'weight1', shape: [784, 64] },
    { name: 'bias1', shape: [64] },
    { name: 'weight2', shape: [64, 64] },
    { name: 'bias2', shape: [64] },
    { name: 'weight3', shape: [64, 10] },
    { name: 'bias3', shape: [10] },
  ],
  batch: [32, 784],
  classes: 10,
  learningRate: 0.05,
};

const sineWidth = 40;

/** The network of sine waves: 10 points, mean squared error. */
const sine: NetworkSpec = {
  parameters: [
    { name: 'weight1', shape: [1, sineWidth] },
    { name: 'bias1', shape: [sineWidth] },
    { name: 'weight2', shape: [sineWidth, sineWidth] },
    { name: 'bias2', shape: [sineWidth] },
    { name: 'weight3', shape: [sineWidth, 1] },
    { name: 'bias3', shape: [1] },
  ],
  batch: [10, 1],
  classes: 1,
  learningRate: 0.01,
};

const convolutional: NetworkSpec = {
  parameters: [
    ...Array.from({ length: convolutionalLayers }, (_, layer): NamedShape[] => [
      {
        name: `filter${layer + 1}`,
        shape: [3, 3, layer === 0 ? 1 : convolutionalFilters, convolutionalFilters],
      },
      { name: `scale${layer + 1}`, shape: [convolutionalFilters] },
      { name: `shift${layer + 1}`, shape: [convolutionalFilters] },
    ]).flat(),
    { name: 'head', shape: [convolutionalFilters, 5] },
    { name: 'bias', shape: [5] },
  ],
  batch: [25, 28, 28, 1],
  classes: 5,
  learningRate: 0.05,
};

export const networks: Readonly<Record<NetworkName, NetworkSpec>> = { mlp, convolutional, sine };

export const elementsOf = (shape: readonly number[]): number =>
  shape.reduce((count, size) => count * size, 1);

/** Parameters of a network, all together. */
export function parameterCount(network: NetworkName): number {
  return networks[network].parameters.reduce((sum, { shape }) => sum + elementsOf(shape), 0);
}
