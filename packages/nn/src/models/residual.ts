import { globalAveragePool, relu } from '@longhorizon/tensor';
import { activation, type Block, pure, sequence } from '../blocks/block.ts';
import { convolutionBlock, denseBlock } from '../blocks/layer-blocks.ts';
import { type BatchNormOptions, batchNormBlock } from '../blocks/norm-blocks.ts';
import { residualBlock } from '../blocks/residual-block.ts';
import { kaimingNormal } from '../initial/initialisers.ts';
import { Model } from './model.ts';

/** Options of a residual network: depth, classes, widths. */
export interface ResidualNetworkOptions {
  /** 6n + 2 for n blocks a stage: 8, 14, 20, 32, 44, 56, … */
  readonly depth: number;
  readonly classes: number;
  /** [32, 32, 3] when left out. */
  readonly inputShape?: readonly [height: number, width: number, channels: number];
  /** Channels of the first stage, 16 when left out; each later stage has twice as many. */
  readonly channels?: number;
  /** Running statistics `shared` when left out. */
  readonly norm?: BatchNormOptions;
}

/**
 * A 3 × 3 stem, three stages of n basic blocks with 16, 32 and 64 channels, shortcuts of option A, global average pooling and a
 * dense head. Convolutions have no bias and start Kaiming-normal by fan_out.
 *
 * ResNet-20 has 269,072 parameters without its head: 267,696 in convolutions and 1,376 in batch norm; the head has 65 a class.
 */
export function residualNetwork(options: ResidualNetworkOptions): Model {
  const { depth, classes, inputShape = [32, 32, 3], channels = 16, norm = { running: 'shared' } } = options;
  const blocksPerStage = (depth - 2) / 6;
  if (!Number.isInteger(blocksPerStage) || blocksPerStage < 1)
    throw new RangeError(`residualNetwork: a depth of ${depth} is not 6n + 2; use 8, 14, 20, 32, 44 or 56.`);
  const initial = kaimingNormal({ fan: 'out' });
  const blocks: Block[] = [
    convolutionBlock('stem', inputShape[2], channels, { bias: false, initial, padding: 1 }),
    batchNormBlock('stem.norm', channels, norm),
    activation(relu),
  ];
  let inputs = channels;
  for (let stage = 1; stage <= 3; stage++) {
    const width = channels * 2 ** (stage - 1);
    for (let block = 1; block <= blocksPerStage; block++) {
      const stride = stage > 1 && block === 1 ? 2 : 1;
      blocks.push(residualBlock(`stage${stage}.block${block}`, inputs, width, { stride, initial, norm }));
      inputs = width;
    }
  }
  return new Model({
    name: `resnet${depth}`,
    source:
      'He, Zhang, Ren and Sun, "Deep residual learning for image recognition" (CVPR 2016), section 4.2, with shortcuts of option A',
    inputShape,
    outputs: classes,
    body: sequence(...blocks, pure(globalAveragePool)),
    head: denseBlock('head', inputs, classes, { part: 'head' }),
  });
}

/** ResNet-20 for 32 × 32 × 3 images. */
export const resnet20 = (classes: number): Model => residualNetwork({ depth: 20, classes });

/** ResNet-8: one block a stage. */
export const resnet8 = (classes: number): Model => residualNetwork({ depth: 8, classes });
