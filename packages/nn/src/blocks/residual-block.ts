import { add, relu } from '@longhorizon/tensor';
import type { Initialiser } from '../initial/initialisers.ts';
import { shortcutA } from '../layers/residual.ts';
import { activation, type Block, sequence } from './block.ts';
import { convolutionBlock } from './layer-blocks.ts';
import { type BatchNormOptions, batchNormBlock } from './norm-blocks.ts';

/** Options of a residual block: stride and initial values. */
export interface ResidualOptions {
  /** 2 where the block halves its images. */
  readonly stride?: number;
  readonly initial?: Initialiser;
  readonly norm?: BatchNormOptions;
}

/** relu(F(x) + shortcut(x)), F = convolution, norm, relu, convolution, norm (He et al., CVPR 2016, figure 2 and option A). */
export function residualBlock(
  name: string,
  inputs: number,
  outputs: number,
  { stride = 1, initial, norm = {} }: ResidualOptions = {},
): Block {
  const filters = { bias: false, ...(initial === undefined ? {} : { initial }) };
  const inner = sequence(
    // One pixel on each side, as He et al.'s 3×3 filters have it: with stride 2 `same` would pad one side only.
    convolutionBlock(`${name}.convolution1`, inputs, outputs, { ...filters, stride, padding: 1 }),
    batchNormBlock(`${name}.norm1`, outputs, norm),
    activation(relu),
    convolutionBlock(`${name}.convolution2`, outputs, outputs, { ...filters, padding: 1 }),
    batchNormBlock(`${name}.norm2`, outputs, norm),
  );
  const total: Block = {
    kind: 'sum',
    parameters: inner.parameters,
    statistics: inner.statistics,
    apply: (scope, x) => add(inner.apply(scope, x), shortcutA(x, outputs, stride)),
  };
  return sequence(total, activation(relu));
}
