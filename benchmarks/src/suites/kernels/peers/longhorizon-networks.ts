/** @file The networks of the training rows, written with this repository's own tensors. */
import {
  add,
  conv2d,
  divide,
  grad,
  logSoftmax,
  matmul,
  maxPool,
  mean,
  multiply,
  negate,
  relu,
  reshape,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  variance,
} from '@longhorizon/tensor';
import { convolutionalLayers, networks, normEpsilon } from '../networks.ts';
import type { NetworkName } from '../work.ts';

export type Parameters = Readonly<Record<string, Tensor>>;

function mlp(p: Parameters, x: Tensor): Tensor {
  const first = relu(add(matmul(x, p.weight1!), p.bias1!));
  const second = relu(add(matmul(first, p.weight2!), p.bias2!));
  return add(matmul(second, p.weight3!), p.bias3!);
}

function convolutional(p: Parameters, images: Tensor): Tensor {
  let x = images;
  const over = { keep: true };
  for (let layer = 1; layer <= convolutionalLayers; layer++) {
    const y = conv2d(x, p[`filter${layer}`]!, { padding: 1 });
    const centred = subtract(y, mean(y, [0, 1, 2], over));
    const norm = divide(centred, sqrt(add(variance(y, [0, 1, 2], over), normEpsilon)));
    x = maxPool(relu(add(multiply(norm, p[`scale${layer}`]!), p[`shift${layer}`]!)), 2);
  }
  return add(matmul(reshape(x, [x.shape[0]!, -1]), p.head!), p.bias!);
}

const functions: Readonly<Record<NetworkName, (p: Parameters, x: Tensor) => Tensor>> = {
  mlp,
  convolutional,
  sine: mlp,
};

/** Mean cross-entropy of a batch; of the sine network the mean squared error. */
export function lossOf(network: NetworkName, p: Parameters, x: Tensor, labels: Tensor): Tensor {
  const scores = functions[network](p, x);
  if (network === 'sine') return mean(square(subtract(scores, labels)));
  return negate(divide(sum(multiply(labels, logSoftmax(scores))), labels.shape[0]!));
}

/** One step of gradient descent. */
export function descend(network: NetworkName, p: Parameters, x: Tensor, labels: Tensor): Parameters {
  const gradient = grad((q: Parameters) => lossOf(network, q, x, labels))(p);
  const { learningRate, parameters } = networks[network];
  return Object.fromEntries(
    parameters.map(({ name }) => [name, subtract(p[name]!, multiply(gradient[name]!, learningRate))]),
  );
}

/** Gradient of the query loss after `steps` steps on the support batch, with respect to the parameters at the start. */
export function mamlGradient(
  network: NetworkName,
  steps: number,
  start: Parameters,
  support: readonly [Tensor, Tensor],
  query: readonly [Tensor, Tensor],
): Parameters {
  return grad((p: Parameters) => {
    let adapted = p;
    for (let step = 0; step < steps; step++) adapted = descend(network, adapted, ...support);
    return lossOf(network, adapted, ...query);
  })(start);
}
