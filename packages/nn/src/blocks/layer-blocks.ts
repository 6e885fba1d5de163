import { foldIn, reshape, type Tensor, type WindowOptions } from '@longhorizon/tensor';
import type { ParameterDescription } from '../initial/initialise.ts';
import { fanOf, type Initialiser, uniformFanIn } from '../initial/initialisers.ts';
import { convolution } from '../layers/convolution.ts';
import { dense } from '../layers/dense.ts';
import { dropout } from '../layers/dropout.ts';
import { type Block, pure } from './block.ts';

/** Options that layers share: bias and initial values. */
export interface LayerOptions {
  /** True when left out. */
  readonly bias?: boolean;
  /** Of the weight; PyTorch's default when left out. */
  readonly initial?: Initialiser;
  /** Of the bias; PyTorch's default when left out. */
  readonly biasInitial?: Initialiser;
  /** `body` when left out. */
  readonly part?: ParameterDescription['part'];
}

/** The weight and the bias of a layer. */
function parametersOfLayer(
  weightName: string,
  biasName: string,
  shape: readonly number[],
  { bias = true, initial = uniformFanIn, biasInitial = uniformFanIn, part = 'body' }: LayerOptions,
): ParameterDescription[] {
  const fan = fanOf(shape);
  const weight = { name: weightName, shape, initial, fan, part };
  if (!bias) return [weight];
  return [weight, { name: biasName, shape: shape.slice(-1), initial: biasInitial, fan, part }];
}

/** `name.weight` [inputs, outputs] and `name.bias` [outputs]. */
export function denseBlock(name: string, inputs: number, outputs: number, options: LayerOptions = {}): Block {
  const [weight, bias] = [`${name}.weight`, `${name}.bias`];
  return {
    parameters: parametersOfLayer(weight, bias, [inputs, outputs], options),
    statistics: [],
    apply: ({ parameter }, x) =>
      dense(x, parameter(weight), (options.bias ?? true) ? parameter(bias) : undefined),
  };
}

/** Options of a convolution block: filter size, windows, bias and initial values. */
export interface ConvolutionOptions extends LayerOptions, WindowOptions {
  /** Height and width of the filters, 3 when left out. */
  readonly size?: number;
}

/** `name.filter` [size, size, inputs, outputs] and `name.bias` [outputs]; padding `same` when left out. */
export function convolutionBlock(
  name: string,
  inputs: number,
  outputs: number,
  options: ConvolutionOptions = {},
): Block {
  const { size = 3, stride = 1, padding = 'same' } = options;
  const [filter, bias] = [`${name}.filter`, `${name}.bias`];
  return {
    parameters: parametersOfLayer(filter, bias, [size, size, inputs, outputs], options),
    statistics: [],
    apply: ({ parameter }, x) =>
      convolution(x, parameter(filter), (options.bias ?? true) ? parameter(bias) : undefined, {
        stride,
        padding,
      }),
  };
}

/** Dropout while training. See `dropout`. */
export function dropoutBlock(name: string, rate: number): Block {
  return {
    parameters: [],
    statistics: [],
    apply: ({ mode, key }, x) => {
      if (mode === 'evaluate' || rate === 0) return x;
      if (key === undefined)
        throw new TypeError(
          `dropout '${name}': training drops out at random, and no key was given; pass { key: foldIn(key, step) }.`,
        );
      return dropout(x, rate, foldIn(key, 0, `dropout ${name}`));
    },
  };
}

/** [N, ...] → [N, features]. */
export const flatten: Block = pure((x: Tensor) =>
  reshape(x, [x.shape[0]!, x.shape.slice(1).reduce((a, b) => a * b, 1)]),
);
