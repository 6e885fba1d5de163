/**
 * @file Small networks for tests of derivatives, written with ops alone: their parameters are one flat vector, cut into
 * slices. Activations are smooth where a test needs third derivatives by differences, and have kinks (relu, max) as well.
 */
import { elementCount, type Shape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { add } from '../../ops/arithmetic/add.ts';
import { multiply } from '../../ops/arithmetic/multiply.ts';
import { negate } from '../../ops/arithmetic/negate.ts';
import { subtract } from '../../ops/arithmetic/subtract.ts';
import { conv2d } from '../../ops/contraction/conv2d.ts';
import { matmul } from '../../ops/contraction/matmul.ts';
import { oneHot } from '../../ops/indexing/one-hot.ts';
import { array } from '../../ops/leaf/input.ts';
import { slice } from '../../ops/movement/pad-slice.ts';
import { reshape } from '../../ops/movement/reshape.ts';
import { logSoftmax } from '../../ops/reduction/log-softmax.ts';
import { max } from '../../ops/reduction/max-min.ts';
import { mean } from '../../ops/reduction/mean.ts';
import { sum } from '../../ops/reduction/sum-broadcast.ts';
import { variance } from '../../ops/reduction/variance.ts';
import { relu } from '../../ops/transcendental/relu.ts';
import { rsqrt } from '../../ops/transcendental/rsqrt.ts';
import { tanh } from '../../ops/transcendental/tanh.ts';
import { numbers } from './support.ts';

export interface TestNetwork {
  readonly name: string;
  /** Number of parameters. */
  readonly size: number;
  /** From parameters [size] and examples to outputs [examples, classes]. */
  readonly outputs: (w: Tensor, x?: Tensor) => Tensor;
  /** Mean cross-entropy over the examples. */
  readonly loss: (w: Tensor, x?: Tensor) => Tensor;
  readonly examples: Tensor;
  readonly start: Float64Array;
}

/** Cuts a flat vector into tensors of the given shapes, in order. */
export function unpack(w: Tensor, shapes: readonly Shape[]): Tensor[] {
  let offset = 0;
  return shapes.map((shape) => {
    const start = offset;
    offset += elementCount(shape);
    return reshape(slice(w, [start], [offset]), shape);
  });
}

export const crossEntropy = (logits: Tensor, labels: Tensor): Tensor =>
  negate(mean(sum(multiply(logSoftmax(logits), oneHot(labels, logits.shape.at(-1)!)), -1)));

/** Normalised over all axes but the last, with a scale and a shift for each channel. */
export function batchNorm(x: Tensor, scale: Tensor, shift: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const centred = subtract(x, mean(x, axes, { keep: true }));
  const spread = rsqrt(add(variance(x, axes, { keep: true }), 1e-3));
  return add(multiply(multiply(centred, spread), scale), shift);
}

/** The largest of each 2 × 2 square of [N, H, W, C]. */
export function maxPool2(x: Tensor): Tensor {
  const [images, height, width, channels] = x.shape as [number, number, number, number];
  return max(reshape(x, [images, height / 2, 2, width / 2, 2, channels]), [2, 4]);
}

function network(
  name: string,
  shapes: readonly Shape[],
  examples: Shape,
  outputs: (parameters: readonly Tensor[], x: Tensor) => Tensor,
  scale: number,
): TestNetwork {
  const size = shapes.reduce((total, shape) => total + elementCount(shape), 0);
  const x = array(numbers(examples, 11), examples);
  const labels = array(
    Array.from({ length: examples[0]! }, (_, i) => i % 2),
    [examples[0]!],
    'u32',
  );
  const apply = (w: Tensor, given = x) => outputs(unpack(w, shapes), given);
  return {
    name,
    size,
    outputs: apply,
    loss: (w, given = x) => crossEntropy(apply(w, given), labels),
    examples: x,
    start: numbers([size], 12, -scale, scale),
  };
}

export const mlp = network(
  'a perceptron of two hidden layers',
  [[5, 4], [4], [4, 4], [4], [4, 3], [3]],
  [3, 5],
  ([w1, b1, w2, b2, w3, b3], x) => {
    const h1 = tanh(add(matmul(x, w1!), b1!));
    const h2 = relu(add(matmul(h1, w2!), b2!));
    return add(matmul(h2, w3!), b3!);
  },
  0.8,
);

const layer = (inputs: number, outputs: number): Shape[] => [[3, 3, inputs, outputs], [outputs], [outputs]];

export const convolutional = network(
  'four layers of convolution, batch norm, relu, two of them with max-pooling',
  [...layer(1, 2), ...layer(2, 2), ...layer(2, 2), ...layer(2, 2), [2 * 2 * 2, 2], [2]],
  [3, 8, 8, 1],
  (parameters, x) => {
    let h = x;
    for (let depth = 0; depth < 4; depth++) {
      const [filter, scale, shift] = parameters.slice(3 * depth, 3 * depth + 3);
      h = relu(batchNorm(conv2d(h, filter!, { padding: 'same' }), scale!, shift!));
      if (depth < 2) h = maxPool2(h);
    }
    const [weight, bias] = parameters.slice(-2);
    return add(matmul(reshape(h, [h.shape[0]!, -1]), weight!), bias!);
  },
  1,
);

export const residual = network(
  'a residual block',
  [...layer(2, 2), ...layer(2, 2), [2, 2], [2]],
  [2, 4, 4, 2],
  ([filter1, scale1, shift1, filter2, scale2, shift2, weight, bias], x) => {
    const inside = tanh(batchNorm(conv2d(x, filter1!, { padding: 'same' }), scale1!, shift1!));
    const block = batchNorm(conv2d(inside, filter2!, { padding: 'same' }), scale2!, shift2!);
    const h = relu(add(x, block));
    return add(matmul(mean(h, [1, 2]), weight!), bias!);
  },
  0.8,
);

export const networks: readonly TestNetwork[] = [mlp, convolutional, residual];
