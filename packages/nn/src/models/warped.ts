/** @file WarpGrad's network: adapted layers with warp layers between them, which are learned and not adapted. */
import { maxPool, relu } from '@longhorizon/tensor';
import { type Block, pure, sequence } from '../blocks/block.ts';
import { convolutionBlock, denseBlock, flatten } from '../blocks/layer-blocks.ts';
import { type BatchNormOptions, batchNormBlock } from '../blocks/norm-blocks.ts';
import type { Initialiser } from '../initial/initialisers.ts';
import { Model } from './model.ts';

/** Options of the convolutional network with warp layers. */
export interface WarpedConvolutionalOptions {
  readonly classes: number;
  /** [28, 28, 1] when left out. */
  readonly inputShape?: readonly [height: number, width: number, channels: number];
  /** Filters of each layer, adapted and warp alike; 64 when left out. */
  readonly filters?: number;
  /** Adapted layers, 4 when left out. */
  readonly layers?: number;
  /** Warp layers after each adapted one, 1 when left out. */
  readonly warps?: number;
  /** A rectifier after each warp layer; none when left out. */
  readonly warpActivation?: boolean;
  /** Of warp filters; PyTorch's default when left out. `identityFilter` starts as the network without warps. */
  readonly warpInitial?: Initialiser;
  readonly norm?: BatchNormOptions;
}

/**
 * Adapted block: 3 × 3 convolution, 2 × 2 max-pooling, batch norm, rectifier. Warp layer: 3 × 3 convolution, linear. Then a
 * dense head, adapted.
 *
 * `partLayout('warp')` is λ; its complement, `layout.without(...)`, is w. HyperDistill (Lee et al., ICLR 2022, section 5)
 * has 3 layers of 32 filters, each followed by two warp layers.
 */
export function warpedConvolutional(options: WarpedConvolutionalOptions): Model {
  const { classes, inputShape = [28, 28, 1], filters = 64, layers = 4, warps = 1, norm = {} } = options;
  const { warpActivation = false, warpInitial } = options;
  const blocks: Block[] = [];
  let [height, width, channels]: readonly number[] = inputShape;
  for (let layer = 1; layer <= layers; layer++) {
    blocks.push(
      convolutionBlock(`layer${layer}`, channels!, filters),
      pure((x) => maxPool(x, 2)),
      batchNormBlock(`layer${layer}.norm`, filters, norm),
      pure(relu),
    );
    for (let warp = 1; warp <= warps; warp++) {
      const name = `layer${layer}.warp${warp}`;
      const initial = warpInitial === undefined ? {} : { initial: warpInitial };
      blocks.push(convolutionBlock(name, filters, filters, { part: 'warp', ...initial }));
      if (warpActivation) blocks.push(pure(relu));
    }
    [height, width, channels] = [Math.floor(height! / 2), Math.floor(width! / 2), filters];
    if (height === 0 || width === 0)
      throw new RangeError(
        `warpedConvolutional: images of ${inputShape[0]} × ${inputShape[1]} are nothing after ${layer} layers; use fewer layers or larger images.`,
      );
  }
  return new Model({
    name: `warped conv${layers}-${filters}, ${warps} warps a layer`,
    source:
      'Flennerhag et al., "Meta-learning with warped gradient descent" (ICLR 2020), and its public code; as in Lee et al. (ICLR 2022), section 5',
    inputShape,
    outputs: classes,
    body: sequence(...blocks, flatten),
    head: denseBlock('head', height! * width! * channels!, classes, { part: 'head' }),
  });
}
