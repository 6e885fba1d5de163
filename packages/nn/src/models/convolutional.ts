/** @file Conv4: the small convolutional network of few-shot learning. */
import { globalAveragePool, maxPool, relu } from '@longhorizon/tensor';
import { activation, type Block, pure, sequence } from '../blocks/block.ts';
import { convolutionBlock, denseBlock, flatten } from '../blocks/layer-blocks.ts';
import { type BatchNormOptions, batchNormBlock } from '../blocks/norm-blocks.ts';
import type { Initialiser } from '../initial/initialisers.ts';
import { Model } from './model.ts';

/** Options of the four-layer convolutional network. */
export interface Conv4Options {
  readonly classes: number;
  /** [28, 28, 1] when left out. */
  readonly inputShape?: readonly [height: number, width: number, channels: number];
  /** Filters of each layer, or a number for each; 64 when left out. */
  readonly filters?: number | readonly number[];
  /** Layers, 4 when left out, or as many as numbers of filters are given. */
  readonly layers?: number;
  /** Options of batch norm, or false for none. On when left out. */
  readonly norm?: BatchNormOptions | false;
  /** How a layer halves its images: max-pooling (the default), or a stride of 2, as MAML does for Omniglot. */
  readonly halving?: 'max-pool' | 'stride';
  /**
   * What the head is given: every feature of the last layer (`flatten`, the default), or the mean of each filter (`average`). With means no
   * parameter depends on the size of the images, so tasks of any size can share the body.
   */
  readonly features?: 'flatten' | 'average';
  /** Of filters and weights; PyTorch's default when left out. */
  readonly initial?: Initialiser;
}

/** Side of the images after a layer: `max-pool` drops an odd last row, a stride keeps it. */
const halved = (side: number, halving: 'max-pool' | 'stride') =>
  halving === 'stride' ? Math.ceil(side / 2) : Math.floor(side / 2);

/**
 * Layers of 3 × 3 convolution, batch norm, rectifier and 2 × 2 max-pooling, then one dense layer, the head.
 *
 * Parameters `layer1.filter`, `layer1.bias`, `layer1.norm.scale`, `layer1.norm.shift`, …, `head.weight`, `head.bias`.
 * The four layers of 64 filters have 111,936 parameters on 28 × 28 × 1 images and 113,088 on colour images.
 */
export function conv4(options: Conv4Options): Model {
  const {
    classes,
    inputShape = [28, 28, 1],
    filters = 64,
    layers = typeof filters === 'number' ? 4 : filters.length,
    norm = {},
    halving = 'max-pool',
    features = 'flatten',
  } = options;
  const initial = options.initial === undefined ? {} : { initial: options.initial };
  const widths = typeof filters === 'number' ? new Array<number>(layers).fill(filters) : filters;
  if (widths.length !== layers)
    throw new RangeError(
      `conv4: ${widths.length} numbers of filters were given for ${layers} layers; give one for each layer, or one for all.`,
    );
  const blocks: Block[] = [];
  let [rows, columns, channels]: readonly number[] = inputShape;
  for (let layer = 1; layer <= layers; layer++) {
    const stride = halving === 'stride' ? 2 : 1;
    const width = widths[layer - 1]!;
    blocks.push(convolutionBlock(`layer${layer}`, channels!, width, { ...initial, stride }));
    if (norm !== false) blocks.push(batchNormBlock(`layer${layer}.norm`, width, norm));
    blocks.push(activation(relu));
    if (halving === 'max-pool') blocks.push(pure((x) => maxPool(x, 2)));
    [rows, columns, channels] = [halved(rows!, halving), halved(columns!, halving), width];
    if (rows === 0 || columns === 0)
      throw new RangeError(
        `conv4: images of ${inputShape[0]} × ${inputShape[1]} are nothing after ${layer} layers; use fewer layers or larger images.`,
      );
  }
  const isAverage = features === 'average';
  return new Model({
    name: `conv${layers}-${typeof filters === 'number' ? filters : filters.join('-')}`,
    source:
      'Vinyals et al., "Matching networks for one shot learning" (NeurIPS 2016), section 4.1.1; with a dense head and 32 filters: Finn, Abbeel and Levine (ICML 2017), section 5.2',
    inputShape,
    outputs: classes,
    body: sequence(...blocks, isAverage ? pure(globalAveragePool) : flatten),
    head: denseBlock('head', isAverage ? channels! : rows! * columns! * channels!, classes, {
      ...initial,
      part: 'head',
    }),
  });
}
