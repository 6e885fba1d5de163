/** @file Steps to look at: small, complete training steps whose plans show what the compiler does. */
import {
  add,
  cast,
  conv2d,
  grad,
  input,
  logSoftmax,
  matmul,
  maxPool,
  mean,
  multiply,
  negate,
  oneHot,
  relu,
  reshape,
  rsqrt,
  slice,
  square,
  subtract,
  sum,
  type Tensor,
} from '@longhorizon/tensor';
import type { ProgramRequest } from '@longhorizon/tensor/compiler';

/** A program to print. A module given to `longhorizon plan` exports a function that returns one as its default. */
export type Example = () => ProgramRequest;

/** Cuts a flat parameter vector into arrays, each beginning at a multiple of four elements. */
function cutter(w: () => Tensor) {
  let at = 0;
  return {
    take: (shape: readonly number[]): Tensor => {
      const count = shape.reduce((product, size) => product * size, 1);
      const part = reshape(slice(w(), [at], [at + count]), shape);
      at += Math.ceil(count / 4) * 4;
      return part;
    },
  };
}

function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  const classes = logits.shape[1]!;
  return negate(mean(sum(multiply(logSoftmax(logits, 1), cast(oneHot(labels, classes), 'f32')), 1)));
}

const length = (shapes: readonly (readonly number[])[]) =>
  shapes.reduce(
    (sum, shape) => sum + Math.ceil(shape.reduce((product, size) => product * size, 1) / 4) * 4,
    0,
  );

/** One SGD step on w ∈ R^d. */
function sgdStep(w: Tensor, loss: (w: Tensor) => Tensor): ProgramRequest {
  return { outputs: [], updates: new Map([[w, subtract(w, multiply(0.1, grad(loss)(w)))]]) };
}

const mlpShapes = [[784, 64], [64], [64, 64], [64], [64, 10], [10]];

function mlp(w: Tensor, x: Tensor): Tensor {
  const { take } = cutter(() => w);
  let h = x;
  for (let layer = 0; layer < 3; layer++) {
    h = add(matmul(h, take(mlpShapes[2 * layer]!)), take(mlpShapes[2 * layer + 1]!));
    if (layer < 2) h = relu(h);
  }
  return h;
}

const filters = 32;
const convShapes = [0, 1, 2, 3].flatMap((layer) => [
  [3, 3, layer === 0 ? 1 : filters, filters],
  [filters],
  [filters],
  [filters],
]);
const conv4Shapes = [...convShapes, [filters, 5], [5]];

/** Convolution, batch norm over the batch, relu, 2 × 2 max pooling; four times; a linear head. */
function conv4(w: Tensor, x: Tensor): Tensor {
  const { take } = cutter(() => w);
  let h = x;
  for (let layer = 0; layer < 4; layer++) {
    h = add(conv2d(h, take(conv4Shapes[4 * layer]!), { padding: 'same' }), take([filters]));
    const centred = subtract(h, mean(h, [0, 1, 2], { keep: true }));
    const spread = mean(square(centred), [0, 1, 2], { keep: true });
    h = add(multiply(multiply(centred, rsqrt(add(spread, 1e-5))), take([filters])), take([filters]));
    h = maxPool(relu(h), 2);
  }
  return add(matmul(reshape(h, [x.shape[0]!, filters]), take([filters, 5])), take([5]));
}

export const examples: Readonly<Record<string, { readonly summary: string; readonly make: Example }>> = {
  'mlp-step': {
    summary: 'one SGD step of the network 784-64-64-10 on a batch of 32',
    make: () => {
      const w = input([length(mlpShapes)], { name: 'w' });
      const x = input([32, 784], { name: 'x' });
      const labels = input([32], { dtype: 'u32', name: 'labels' });
      return sgdStep(w, (v) => crossEntropy(mlp(v, x), labels));
    },
  },
  'conv4-step': {
    summary: 'one SGD step of a 4-layer convolutional network, 32 filters, 25 images of 28 × 28',
    make: () => {
      const w = input([length(conv4Shapes)], { name: 'w' });
      const x = input([25, 28, 28, 1], { name: 'x' });
      const labels = input([25], { dtype: 'u32', name: 'labels' });
      return sgdStep(w, (v) => crossEntropy(conv4(v, x), labels));
    },
  },
  'mlp-maml': {
    summary: 'the second-order MAML gradient of 784-64-64-10 through 5 inner steps',
    make: () => {
      const w = input([length(mlpShapes)], { name: 'w' });
      const [x, validation] = [input([32, 784], { name: 'x' }), input([32, 784], { name: 'validation' })];
      const labels = input([32], { dtype: 'u32', name: 'labels' });
      const adapted = (start: Tensor) => {
        let v = start;
        for (let t = 0; t < 5; t++)
          v = subtract(v, multiply(0.1, grad((u: Tensor) => crossEntropy(mlp(u, x), labels))(v)));
        return crossEntropy(mlp(v, validation), labels);
      };
      return { outputs: [grad(adapted)(w)] };
    },
  },
};
