import type { Op } from '../../graph/op.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import {
  type ConvolutionParameters,
  checkConvolution,
  convolutionCases,
  convolutionNode,
  convolutionReference,
  convolutionShape,
  stepsOf,
} from '../helpers/conv2d.ts';
import { mergeTasks } from '../helpers/tasks.ts';
import { conv2d } from './conv2d.ts';
import { conv2dInputGradient } from './conv2d-input-gradient.ts';

/** The steps of the convolution, and the size of its filters. */
export interface FilterGradientParameters extends ConvolutionParameters {
  readonly filterHeight: number;
  readonly filterWidth: number;
}

const op: Op = {
  name: 'conv2dFilterGradient',
  doc: 'conv2dFilterGradient(x, y): the transpose of conv2d with respect to the filter: Σ over images and places of x · y.',
  infer: ([x, y], parameters) => {
    const { filterHeight, filterWidth } = parameters as unknown as FilterGradientParameters;
    const shape = [x!.shape[0]!, filterHeight, filterWidth, x!.shape[4]!, y!.shape[4]!];
    checkConvolution('conv2dFilterGradient', x!.shape, shape, y!.shape, stepsOf(parameters));
    return { shape, dtype: x!.dtype };
  },
  reference: convolutionReference('filterGradient'),
  derivative: {
    kind: 'linear',
    slots: [0, 1],
    joint: false,
    transpose: (cotangent, { inputs: [x, y], parameters }, slot) =>
      slot === 0
        ? conv2dInputGradient(y!, cotangent, {
            ...stepsOf(parameters),
            height: x!.shape[2]!,
            width: x!.shape[3]!,
          })
        : conv2d(x!, cotangent, stepsOf(parameters)),
  },
  batch: (inputs, batched, parameters, size) =>
    mergeTasks(inputs, batched, size, (x, y) => convolutionNode(op, x, y, parameters)),
  lower: { kind: 'contraction', family: 'conv2d', conv: 'filterGradient' },
  tolerance: { ulp: 32, magnitude: true },
  cases: convolutionCases.map(({ x, filter, steps }) => ({
    inputs: [{ shape: x }, { shape: convolutionShape(x, filter, steps) }],
    apply: (a: Tensor, y: Tensor) =>
      conv2dFilterGradient(a, y, { ...steps, filterHeight: filter[1], filterWidth: filter[2] }),
  })),
};

/**
 * The cotangent of the filter [T, height, width, C, O] from x [T, N, H, W, C] and the cotangent of y [T, N,
 * H', W', O].
 */
export const conv2dFilterGradient = withOp(
  op,
  (x: Tensor, y: Tensor, parameters: FilterGradientParameters): Tensor =>
    convolutionNode(op, x, y, { ...parameters }),
);
