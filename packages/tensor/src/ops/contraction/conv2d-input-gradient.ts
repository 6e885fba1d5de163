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
import { mergeTasks, mergeTasksOrImages } from '../helpers/tasks.ts';
import { conv2d } from './conv2d.ts';
import { conv2dFilterGradient } from './conv2d-filter-gradient.ts';

/** The steps of the convolution, and the size of the images that y came from. */
export interface InputGradientParameters extends ConvolutionParameters {
  readonly height: number;
  readonly width: number;
}

const op: Op = {
  name: 'conv2dInputGradient',
  doc: 'conv2dInputGradient(y, filter): the transpose of conv2d with respect to x: each y goes back to the x it was computed from.',
  infer: ([y, filter], parameters) => {
    const { height, width } = parameters as unknown as InputGradientParameters;
    const shape = [y!.shape[0]!, y!.shape[1]!, height, width, filter!.shape[3]!];
    checkConvolution('conv2dInputGradient', shape, filter!.shape, y!.shape, stepsOf(parameters));
    return { shape, dtype: y!.dtype };
  },
  reference: convolutionReference('inputGradient'),
  derivative: {
    kind: 'linear',
    slots: [0, 1],
    joint: false,
    transpose: (cotangent, { inputs: [y, filter], parameters }, slot) =>
      slot === 0
        ? conv2d(cotangent, filter!, stepsOf(parameters))
        : conv2dFilterGradient(cotangent, y!, {
            ...stepsOf(parameters),
            filterHeight: filter!.shape[1]!,
            filterWidth: filter!.shape[2]!,
          }),
  },
  batch: (inputs, batched, parameters, size) =>
    batched[1]
      ? mergeTasks(inputs, batched, size, (y, filter) => convolutionNode(op, y, filter, parameters))
      : mergeTasksOrImages(inputs, size, (y, filter) => convolutionNode(op, y, filter, parameters)),
  lower: { kind: 'contraction', family: 'conv2d', conv: 'inputGradient' },
  tolerance: { ulp: 32, magnitude: true },
  cases: convolutionCases.map(({ x, filter, steps }) => ({
    inputs: [{ shape: convolutionShape(x, filter, steps) }, { shape: filter }],
    apply: (y: Tensor, f: Tensor) => conv2dInputGradient(y, f, { ...steps, height: x[2], width: x[3] }),
  })),
};

/**
 * The cotangent of x [T, N, H, W, C] from that of y [T, N, H', W', O] and the filter [T, height, width, C,
 * O].
 */
export const conv2dInputGradient = withOp(
  op,
  (y: Tensor, filter: Tensor, parameters: InputGradientParameters): Tensor =>
    convolutionNode(op, y, filter, { ...parameters }),
);
