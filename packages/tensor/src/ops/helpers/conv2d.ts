/** @file What the three convolutions share: the shapes they connect, and test cases. */

import type { Inferred, Op, ReferenceArray } from '../../graph/op.ts';
import { elementCount, type Shape, ShapeError, showShape } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import type { ConvolutionSizes } from '../../kernels/contraction.ts';
import { constant } from '../leaf/constant.ts';
import { broadcastTo } from '../reduction/sum-broadcast.ts';
import { referenceConvolution } from './reference-convolution.ts';
import { type Padding, type Pair, windowCount } from './windows.ts';

/** Parameters of all three; the gradients also carry the sizes that their operands do not show. */
export interface ConvolutionParameters {
  readonly stride: Pair;
  readonly padding: Padding;
}

/** The steps alone, without the sizes of a gradient. */
export const stepsOf = ({ stride, padding }: ConvolutionParameters): ConvolutionParameters => ({
  stride,
  padding,
});

/**
 * [tasks, images, outHeight, outWidth, outChannels] for x [tasks, images, height, width, C] and filter
 * [tasks, kh, kw, C, O].
 */
export function convolutionShape(
  x: Shape,
  filter: Shape,
  { stride, padding }: ConvolutionParameters,
): number[] {
  return [
    x[0]!,
    x[1]!,
    windowCount(x[2]!, filter[1]!, stride[0], padding[0]),
    windowCount(x[3]!, filter[2]!, stride[1], padding[1]),
    filter[4]!,
  ];
}

/** Refuses operands of a node that do not belong together. */
export function checkConvolution(
  name: string,
  x: Shape,
  filter: Shape,
  y: Shape,
  steps: ConvolutionParameters,
): void {
  const expected = convolutionShape(x, filter, steps);
  if (x[4] !== filter[3] || x[0] !== filter[0] || expected.some((size, axis) => size !== y[axis]))
    throw new ShapeError(
      `${name}: x ${showShape(x)}, filter ${showShape(filter)} and y ${showShape(y)} do not belong together; with stride [${steps.stride.join(', ')}] and padding ${JSON.stringify(steps.padding)} y would be ${showShape(expected)}.`,
    );
}

/** The sizes of a convolution. */
export function convolutionSizes(
  kind: ConvolutionSizes['kind'],
  x: Shape,
  filter: Shape,
  y: Shape,
  { stride, padding }: ConvolutionParameters,
): ConvolutionSizes {
  return {
    kind,
    tasks: x[0]!,
    images: x[1]!,
    height: x[2]!,
    width: x[3]!,
    inChannels: x[4]!,
    outChannels: filter[4]!,
    filterHeight: filter[1]!,
    filterWidth: filter[2]!,
    outHeight: y[2]!,
    outWidth: y[3]!,
    stride,
    padTop: padding[0][0],
    padLeft: padding[1][0],
  };
}

/** The shapes of x, filter and y of a node of one of the three ops. */
function shapesOf(kind: ConvolutionSizes['kind'], a: Shape, b: Shape, result: Shape) {
  switch (kind) {
    case 'forward':
      return { x: a, filter: b, y: result };
    case 'inputGradient':
      return { x: result, filter: b, y: a };
    case 'filterGradient':
      return { x: a, filter: result, y: b };
  }
}

/** A node of one of the three ops; with an empty operand there is nothing to add up, and the result is 0. */
export function convolutionNode<Parameters extends ConvolutionParameters>(
  op: Op<Parameters>,
  a: Tensor,
  b: Tensor,
  parameters: Parameters,
): Tensor {
  if (elementCount(a.shape) > 0 && elementCount(b.shape) > 0) return node(op, [a, b], parameters);
  return broadcastTo(constant(0), op.infer([a, b], parameters).shape);
}

export function convolutionReference(kind: ConvolutionSizes['kind']) {
  return (
    [a, b]: readonly ReferenceArray[],
    steps: ConvolutionParameters,
    result: Inferred,
  ): Float64Array => {
    const { x, filter, y } = shapesOf(kind, a!.shape, b!.shape, result.shape);
    const sizes = convolutionSizes(kind, x, filter, y, steps);
    return referenceConvolution(sizes, a!.data, b!.data, elementCount(result.shape));
  };
}

/** Steps and sizes that the generated tests of all three ops use. */
export const convolutionCases: readonly {
  readonly x: readonly [number, number, number, number, number];
  readonly filter: readonly [number, number, number, number, number];
  readonly steps: ConvolutionParameters;
}[] = [
  {
    x: [1, 2, 5, 4, 3],
    filter: [1, 3, 3, 3, 2],
    steps: {
      stride: [1, 1],
      padding: [
        [1, 1],
        [1, 1],
      ],
    },
  },
  {
    x: [2, 1, 5, 6, 2],
    filter: [2, 2, 3, 2, 3],
    steps: {
      stride: [2, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
    },
  },
  {
    x: [2, 2, 6, 5, 1],
    filter: [2, 3, 2, 1, 2],
    steps: {
      stride: [2, 2],
      padding: [
        [0, 1],
        [2, 0],
      ],
    },
  },
  {
    x: [1, 1, 1, 1, 2],
    filter: [1, 1, 1, 2, 1],
    steps: {
      stride: [1, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
    },
  },
  {
    x: [1, 0, 3, 3, 1],
    filter: [1, 3, 3, 1, 2],
    steps: {
      stride: [1, 1],
      padding: [
        [1, 1],
        [1, 1],
      ],
    },
  },
];
