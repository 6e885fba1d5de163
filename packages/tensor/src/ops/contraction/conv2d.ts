/** @file Convolution and its gradients by the input and by the filter: each is the transpose of the others. */
import type { Op } from '../../graph/op.ts';
import { ShapeError, showShape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { conv2dFamily } from '../../kernels/conv2d/family.ts';
import { withOp } from '../define.ts';
import { checkTensor } from '../helpers/check-tensor.ts';
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
import { resolveWindows, type WindowOptions } from '../helpers/windows.ts';
import { flip } from '../movement/flip.ts';
import { reshape } from '../movement/reshape.ts';
import { transpose } from '../movement/transpose.ts';
import { broadcastTo } from '../reduction/sum-broadcast.ts';

const conv2dOp: Op<ConvolutionParameters> = {
  name: 'conv2d',
  doc: 'conv2d(x, filter): y[t,n,p,q,o] = Σ x[t, n, p·stride + i − top, q·stride + j − left, c] · filter[t, i, j, c, o], zeros outside x.',
  infer: ([x, filter], steps) => {
    const shape = convolutionShape(x!.shape, filter!.shape, steps);
    checkConvolution('conv2d', x!.shape, filter!.shape, shape, steps);
    return { shape, dtype: x!.dtype };
  },
  reference: convolutionReference('forward'),
  derivative: {
    kind: 'linear',
    slots: [0, 1],
    transpose: (cotangent, { inputs: [x, filter], parameters }, slot) =>
      slot === 0
        ? conv2dInputGradient(cotangent, filter!, {
            ...stepsOf(parameters),
            height: x!.shape[2]!,
            width: x!.shape[3]!,
          })
        : conv2dFilterGradient(x!, cotangent, {
            ...stepsOf(parameters),
            filterHeight: filter!.shape[1]!,
            filterWidth: filter!.shape[2]!,
          }),
  },
  // A filter shared by the new axis sees only more images.
  batch: (inputs, batched, parameters, size) =>
    batched[1]
      ? mergeTasks(inputs, batched, size, (x, filter) => convolutionNode(conv2dOp, x, filter, parameters))
      : mergeTasksOrImages(inputs, size, (x, filter) => convolutionNode(conv2dOp, x, filter, parameters)),
  lower: { kind: 'contraction', family: 'conv2d', kernels: conv2dFamily, conv: 'forward', steps: stepsOf },
  tolerance: { ulp: 32, magnitude: true },
  cases: [
    ...convolutionCases.map(({ x, filter, steps }) => ({
      inputs: [{ shape: x }, { shape: filter }],
      apply: (a: Tensor, b: Tensor) => conv2d(a, b, steps),
    })),
    {
      inputs: [{ shape: [2, 5, 5, 2] }, { shape: [3, 3, 2, 2] }],
      apply: (x, filter) => conv2d(x, filter, { stride: 2, padding: 'same' }),
    },
    {
      inputs: [{ shape: [2, 1, 4, 4, 1] }, { shape: [2, 2, 1, 3] }],
      apply: (x, filter) => conv2d(x, filter),
    },
    {
      inputs: [{ shape: [1, 4, 4, 1] }, { shape: [2, 3, 3, 1, 2] }],
      apply: (x, filter) => conv2d(x, filter, { padding: 1 }),
    },
  ],
};

/**
 * Convolution of images with filters (a correlation: the filter is not flipped).
 *
 * @param x images [N, H, W, C], or with a leading task axis [T, N, H, W, C]
 * @param filter [height, width, C, O], or one for each task [T, height, width, C, O]
 * @returns [N, H', W', O], with the task axis first if either operand has one
 */
export const conv2d = withOp(conv2dOp, (x: Tensor, filter: Tensor, options: WindowOptions = {}): Tensor => {
  checkTensor('conv2d', filter, 'its filter');
  if (x.dtype !== 'f32' || filter.dtype !== 'f32')
    throw new TypeError(
      `conv2d: operands have element types ${x.dtype} and ${filter.dtype}; it takes f32, so convert with cast(x, 'f32').`,
    );
  const [rankX, rankFilter] = [x.shape.length, filter.shape.length];
  if (rankX < 4 || rankX > 5 || rankFilter < 4 || rankFilter > 5)
    throw new ShapeError(
      `conv2d: x ${showShape(x.shape)} and filter ${showShape(filter.shape)} should be [N, H, W, C] and [height, width, C, O], or those with a leading task axis; reshape them.`,
    );
  const [height, width, channels] = x.shape.slice(-3) as [number, number, number];
  const [filterHeight, filterWidth, inChannels] = filter.shape.slice(-4) as [number, number, number];
  if (channels !== inChannels)
    throw new ShapeError(
      `conv2d: channels differ: x ${showShape(x.shape)} has ${channels}, filter ${showShape(filter.shape)} takes ${inChannels}; x is [..., H, W, C] and filters are [height, width, C, O].`,
    );
  const steps = resolveWindows('conv2d', [height, width], [filterHeight, filterWidth], options);
  const apply = (a: Tensor, b: Tensor) => convolutionNode(conv2dOp, a, b, steps);
  if (rankFilter === 4) {
    // One filter for all tasks: their images are one set of images.
    const images = rankX === 5 ? x.shape[0]! * x.shape[1]! : x.shape[0]!;
    const y = apply(reshape(x, [1, images, height, width, channels]), reshape(filter, [1, ...filter.shape]));
    return reshape(y, [...x.shape.slice(0, -3), ...y.shape.slice(2)]);
  }
  const tasks = filter.shape[0]!;
  if (rankX === 5 && x.shape[0] !== tasks)
    throw new ShapeError(
      `conv2d: x ${showShape(x.shape)} has ${x.shape[0]} tasks and filter ${showShape(filter.shape)} has ${tasks}; give both the same number, or one of them no task axis.`,
    );
  return apply(rankX === 5 ? x : broadcastTo(reshape(x, [1, ...x.shape]), [tasks, ...x.shape]), filter);
});

/** The steps of the convolution, and the size of the images that y came from. */
export interface InputGradientParameters extends ConvolutionParameters {
  readonly height: number;
  readonly width: number;
}

const conv2dInputGradientOp: Op<InputGradientParameters> = {
  name: 'conv2dInputGradient',
  doc: 'conv2dInputGradient(y, filter): the transpose of conv2d with respect to x: each y goes back to the x it was computed from.',
  infer: ([y, filter], parameters) => {
    const shape = [y!.shape[0]!, y!.shape[1]!, parameters.height, parameters.width, filter!.shape[3]!];
    checkConvolution('conv2dInputGradient', shape, filter!.shape, y!.shape, parameters);
    return { shape, dtype: y!.dtype };
  },
  reference: convolutionReference('inputGradient'),
  derivative: {
    kind: 'linear',
    slots: [0, 1],
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
      ? mergeTasks(inputs, batched, size, (y, filter) =>
          convolutionNode(conv2dInputGradientOp, y, filter, parameters),
        )
      : mergeTasksOrImages(inputs, size, (y, filter) =>
          convolutionNode(conv2dInputGradientOp, y, filter, parameters),
        ),
  lower: {
    kind: 'contraction',
    family: 'conv2d',
    kernels: conv2dFamily,
    conv: 'inputGradient',
    steps: stepsOf,
    rotated: (y, filter, padding) => conv2d(y, transpose(flip(filter, [1, 2])), { stride: [1, 1], padding }),
  },
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
  conv2dInputGradientOp,
  (y: Tensor, filter: Tensor, parameters: InputGradientParameters): Tensor =>
    convolutionNode(conv2dInputGradientOp, y, filter, { ...parameters }),
);

/** The steps of the convolution, and the size of its filters. */
export interface FilterGradientParameters extends ConvolutionParameters {
  readonly filterHeight: number;
  readonly filterWidth: number;
}

const conv2dFilterGradientOp: Op<FilterGradientParameters> = {
  name: 'conv2dFilterGradient',
  doc: 'conv2dFilterGradient(x, y): the transpose of conv2d with respect to the filter: Σ over images and places of x · y.',
  infer: ([x, y], parameters) => {
    const { filterHeight, filterWidth } = parameters;
    const shape = [x!.shape[0]!, filterHeight, filterWidth, x!.shape[4]!, y!.shape[4]!];
    checkConvolution('conv2dFilterGradient', x!.shape, shape, y!.shape, parameters);
    return { shape, dtype: x!.dtype };
  },
  reference: convolutionReference('filterGradient'),
  derivative: {
    kind: 'linear',
    slots: [0, 1],
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
    mergeTasks(inputs, batched, size, (x, y) => convolutionNode(conv2dFilterGradientOp, x, y, parameters)),
  lower: {
    kind: 'contraction',
    family: 'conv2d',
    kernels: conv2dFamily,
    conv: 'filterGradient',
    steps: stepsOf,
  },
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
  conv2dFilterGradientOp,
  (x: Tensor, y: Tensor, parameters: FilterGradientParameters): Tensor =>
    convolutionNode(conv2dFilterGradientOp, x, y, { ...parameters }),
);
