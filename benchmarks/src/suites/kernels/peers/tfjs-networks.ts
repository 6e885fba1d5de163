/** @file The networks of the training rows, written with TensorFlow.js. */
import * as tf from '@tensorflow/tfjs-core';
import { convolutionalLayers, normEpsilon } from '../networks.ts';
import type { NetworkName } from '../work.ts';

function mlp(p: readonly tf.Tensor[], x: tf.Tensor): tf.Tensor {
  const [weight1, bias1, weight2, bias2, weight3, bias3] = p as tf.Tensor2D[];
  const first = tf.relu(tf.add(tf.matMul(x as tf.Tensor2D, weight1!), bias1!));
  const second = tf.relu(tf.add(tf.matMul(first, weight2!), bias2!));
  return tf.add(tf.matMul(second, weight3!), bias3!);
}

function convolutional(p: readonly tf.Tensor[], images: tf.Tensor): tf.Tensor {
  let x = images as tf.Tensor4D;
  for (let layer = 0; layer < convolutionalLayers; layer++) {
    const [filter, scale, shift] = p.slice(3 * layer) as [tf.Tensor4D, tf.Tensor, tf.Tensor];
    const y = tf.conv2d(x, filter, 1, 'same');
    const { mean, variance } = tf.moments(y, [0, 1, 2], true);
    const norm = tf.div(tf.sub(y, mean), tf.sqrt(tf.add(variance, normEpsilon)));
    const active = tf.relu(tf.add(tf.mul(norm, scale), shift)) as tf.Tensor4D;
    x = tf.maxPool(active, 2, 2, 'valid');
  }
  const [head, bias] = p.slice(3 * convolutionalLayers) as [tf.Tensor2D, tf.Tensor1D];
  return tf.add(tf.matMul(tf.reshape(x, [x.shape[0], -1]) as tf.Tensor2D, head), bias);
}

const functions = { mlp, convolutional, sine: mlp } satisfies Record<NetworkName, unknown>;

/** Mean cross-entropy of a batch; of the sine network the mean squared error. */
export function lossOf(
  network: NetworkName,
  p: readonly tf.Tensor[],
  x: tf.Tensor,
  labels: tf.Tensor,
): tf.Scalar {
  const scores = functions[network](p, x);
  if (network === 'sine') return tf.mean(tf.square(tf.sub(scores, labels))) as tf.Scalar;
  const likelihoods = tf.sum(tf.mul(labels, tf.logSoftmax(scores)), -1);
  return tf.neg(tf.mean(likelihoods)) as tf.Scalar;
}
