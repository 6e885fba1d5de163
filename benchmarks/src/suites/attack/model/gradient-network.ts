/**
 * @file The attacker: a small network of convolutions and their transposes, from a picture to a guess of the gradient of a victim's margin with
 * respect to it. After Du et al., "Query-efficient meta attack to deep neural networks" (ICLR 2020) and its released code.
 */
import {
  type Block,
  convolutionBlock,
  type Fan,
  flatten,
  kaimingNormal,
  Model,
  pure,
  sequence,
} from '@longhorizon/nn';
import { add, relu, reshape, type Tensor } from '@longhorizon/tensor';
import { conv2dInputGradient } from '@longhorizon/tensor/compiler';

export interface GradientNetworkOptions {
  /** Pictures are side × side × 1. */
  readonly side: number;
  /** Channels after each convolution: 16, 32, 64 in the released code. Each but the first halves the pictures. */
  readonly channels: readonly number[];
}

/**
 * A convolution 3 × 3, then some 4 × 4 with stride 2, and transposed ones back the same way; rectifiers between.
 *
 * The released network has batch norm between. It is left out: the network is fitted to single pictures, whose batches have no statistics.
 * Parameters `down1.filter`, `down1.bias`, …, `up1.filter`, `up1.bias`.
 *
 * @returns a model from [N, side, side, 1] to [N, side²]
 */
export function gradientNetwork({ side, channels }: GradientNetworkOptions): Model {
  const halvings = channels.length - 1;
  if (!(halvings >= 1 && Number.isInteger(side) && side >= 2 ** halvings))
    throw new RangeError(
      `gradientNetwork: pictures of ${side} × ${side} cannot be halved ${halvings} times; use a whole side of ${2 ** Math.max(1, halvings)} or more, and two channel counts or more.`,
    );
  const sides = channels.map((_, layer) => Math.floor(side / 2 ** layer));
  const initial = kaimingNormal();
  const down = channels.map((outputs, layer) =>
    convolutionBlock(`down${layer + 1}`, channels[layer - 1] ?? 1, outputs, {
      initial,
      ...(layer === 0 ? {} : { size: 4, stride: 2, padding: 1 }),
    }),
  );
  const up = channels.map((inputs, layer) =>
    transposedBlock(`up${layer + 1}`, inputs, channels[layer - 1] ?? 1, {
      side: sides[Math.max(0, layer - 1)]!,
      ...(layer === 0 ? { size: 3, stride: 1 } : { size: 4, stride: 2 }),
    }),
  );
  const layers = [...down, ...up.reverse()];
  return new Model({
    name: `gradient-network-${channels.join('-')}`,
    source:
      'Du, Zhang, Zhou, Yang and Feng, "Query-efficient meta attack to deep neural networks", ICLR 2020, released code (MNIST)',
    inputShape: [side, side, 1],
    outputs: side * side,
    body: sequence(...layers.flatMap((layer, k) => (k === 0 ? [layer] : [pure(relu), layer])), flatten),
  });
}

interface TransposedOptions {
  readonly size: number;
  readonly stride: number;
  /** Of the pictures that come out. */
  readonly side: number;
}

/** A transposed convolution with padding 1: the input gradient of the convolution that goes the other way. Filters [size, size, outputs, inputs]. */
function transposedBlock(
  name: string,
  inputs: number,
  outputs: number,
  { size, stride, side }: TransposedOptions,
): Block {
  const [filter, bias] = [`${name}.filter`, `${name}.bias`];
  // Each number that comes out is a sum over (size / stride)² windows.
  const fan: Fan = { in: inputs * (size / stride) ** 2, out: outputs * size ** 2 };
  const initial = kaimingNormal();
  const zero = kaimingNormal({ gain: 0 });
  return {
    parameters: [
      { name: filter, shape: [size, size, outputs, inputs], initial, fan, part: 'body' },
      { name: bias, shape: [outputs], initial: zero, fan, part: 'body' },
    ],
    statistics: [],
    apply: ({ parameter }, y: Tensor) => {
      const up = conv2dInputGradient(
        reshape(y, [1, ...y.shape]),
        reshape(parameter(filter), [1, size, size, outputs, inputs]),
        {
          stride: [stride, stride],
          padding: [
            [1, 1],
            [1, 1],
          ],
          height: side,
          width: side,
        },
      );
      return add(reshape(up, up.shape.slice(1)), parameter(bias));
    },
  };
}
