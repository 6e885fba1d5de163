/**
 * @file TensorFlow.js on its WebGPU backend. Eager: every call of an op encodes a dispatch, which the backend submits in
 * batches; nothing is waited for but the end.
 */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { inputsOf } from '../inputs.ts';
import { networks } from '../networks.ts';
import type { ConvolutionWork, DescentWork, MamlWork, NamedArray, Work } from '../work.ts';
import { adapterText, type Host } from './host.ts';
import { CannotDo, type Library, type Prepared } from './library.ts';
import { lossOf } from './tfjs-networks.ts';
import { asleep, queueDone } from './wait.ts';

export async function open(host: Host): Promise<Library> {
  // Its gradients are registered by the layers package; tfjs-core has them only in files that Node cannot load alone.
  await import('@tensorflow/tfjs-layers');
  // Registers the backend when `navigator.gpu` is there, so not before.
  await import('@tensorflow/tfjs-backend-webgpu');
  await tf.setBackend('webgpu');
  await tf.ready();
  const device = host.devices[0]!;
  const backend = tf.backend() as WebGPUBackend;
  const done = async (): Promise<void> => {
    // What its own reads do; there is no encoder when a batch has just been submitted.
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.submitQueue();
    await queueDone(device);
  };
  return {
    adapter: adapterText(device),
    prepare: async (work) => prepare(work, done),
    close: async () => {
      device.destroy();
    },
  };
}

function prepare(work: Work, done: () => Promise<void>): Prepared {
  const arrays = inputsOf(work);
  switch (work.kind) {
    case 'descent-step':
      return prepareDescent(work, arrays, done);
    case 'maml-gradient':
      return prepareCall(arrays, (tensors) => mamlGradient(work, tensors), done);
    default: {
      const call = callOf(work);
      return prepareCall(arrays, (tensors) => [call(tensors)], done);
    }
  }
}

/** Something computed from the inputs, again and again. */
function prepareCall(
  arrays: readonly NamedArray[],
  call: (tensors: readonly tf.Tensor[]) => readonly tf.Tensor[],
  done: () => Promise<void>,
): Prepared {
  const tensors = arrays.map(({ values, shape }) => tf.tensor(values, [...shape]));
  return {
    first: async () => {
      const results = tf.tidy(() => [...call(tensors)]);
      return readAndDispose(results);
    },
    run: async (times) => {
      for (let time = 0; time < times; time++) tf.dispose(tf.tidy(() => [...call(tensors)]));
      await done();
    },
    release: () => {
      tf.dispose(tensors);
    },
  };
}

function callOf(work: Work): (tensors: readonly tf.Tensor[]) => tf.Tensor {
  switch (work.kind) {
    case 'matmul':
      return ([a, b]) => tf.matMul(a!, b!);
    case 'pointwise':
      return work.expression === 'add'
        ? ([a, b]) => tf.add(a!, b!)
        : ([a, b, c]) => tf.add(tf.mul(a!, b!), tf.tanh(c!));
    case 'reduction': {
      const axes = { all: [0, 1], rows: [1], columns: [0] }[work.over];
      return ([x]) => tf.sum(x!, axes);
    }
    case 'convolution':
      return convolutionOf(work);
    default:
      throw new CannotDo(`the benchmark asks it for no row of kind ${work.kind}`);
  }
}

function convolutionOf(work: ConvolutionWork): (tensors: readonly tf.Tensor[]) => tf.Tensor {
  const { images, size, inChannels, outChannels } = work;
  switch (work.pass) {
    case 'forward':
      return ([x, filter]) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
    case 'input-gradient':
      return ([y, filter]) =>
        tf.conv2dTranspose(
          y as tf.Tensor4D,
          filter as tf.Tensor4D,
          [images, size, size, inChannels],
          1,
          'same',
        );
    case 'filter-gradient':
      return ([x, y]) =>
        tf.engine().runKernel(
          tf.Conv2DBackpropFilter,
          { x: x!, dy: y! },
          {
            strides: 1,
            pad: 'same',
            dataFormat: 'NHWC',
            filterShape: [3, 3, inChannels, outChannels],
          },
        ) as tf.Tensor;
  }
}

/** Descent on variables, with the gradients of `variableGrads`. */
function prepareDescent(
  { network }: DescentWork,
  arrays: readonly NamedArray[],
  done: () => Promise<void>,
): Prepared {
  const { parameters, learningRate } = networks[network];
  const variables = parameters.map((_, k) =>
    tf.variable(tf.tensor(arrays[k]!.values, [...arrays[k]!.shape])),
  );
  const [x, labels] = arrays
    .slice(parameters.length)
    .map(({ values, shape }) => tf.tensor(values, [...shape]));
  const optimizer = tf.train.sgd(learningRate);
  const step = (): void => {
    optimizer.minimize(() => lossOf(network, variables, x!, labels!), false, variables);
  };
  return {
    first: async () => {
      step();
      const values: Float32Array[] = [];
      for (const variable of variables) values.push((await asleep(variable.data())) as Float32Array);
      return values;
    },
    run: async (times) => {
      for (let time = 0; time < times; time++) step();
      await done();
    },
    release: () => {
      tf.dispose([...variables, x!, labels!]);
      optimizer.dispose();
    },
  };
}

function mamlGradient({ network, steps }: MamlWork, tensors: readonly tf.Tensor[]): readonly tf.Tensor[] {
  const { parameters, learningRate } = networks[network];
  const count = parameters.length;
  const [supportInputs, supportLabels, queryInputs, queryLabels] = tensors.slice(count) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const inner = tf.grads((...p: tf.Tensor[]) => lossOf(network, p, supportInputs, supportLabels));
  const outer = tf.grads((...start: tf.Tensor[]) => {
    let adapted = start;
    for (let step = 0; step < steps; step++) {
      const gradients = inner(adapted);
      adapted = adapted.map((p, k) => tf.sub(p, tf.mul(gradients[k]!, learningRate)));
    }
    return lossOf(network, adapted, queryInputs, queryLabels);
  });
  return outer(tensors.slice(0, count));
}

async function readAndDispose(tensors: readonly tf.Tensor[]): Promise<readonly Float32Array[]> {
  const values: Float32Array[] = [];
  for (const tensor of tensors) {
    values.push((await asleep(tensor.data())) as Float32Array);
    tensor.dispose();
  }
  return values;
}
