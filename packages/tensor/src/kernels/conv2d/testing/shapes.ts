/** @file Small convolutions, each chosen for an edge of its own. */
import type { Conv2dProblem } from '../../contraction.ts';

export interface TestShape {
  readonly title: string;
  readonly tasks?: number;
  readonly images: number;
  readonly size: readonly [height: number, width: number];
  readonly channels: readonly [into: number, out: number];
  readonly filter: readonly [height: number, width: number];
  readonly stride?: readonly [number, number];
  /** Negative padding crops. */
  readonly pad?: readonly [top: number, left: number, bottom: number, right: number];
}

const all = [1, 1, 1, 1] as const;

export const testShapes = {
  middle: {
    title: 'the middle of a small network',
    images: 2,
    size: [7, 7],
    channels: [8, 8],
    filter: [3, 3],
    pad: all,
  },
  grey: { title: 'grey images', images: 3, size: [6, 9], channels: [1, 8], filter: [3, 3], pad: all },
  colour: {
    title: 'colour images, stride 2',
    images: 2,
    size: [8, 7],
    channels: [3, 12],
    filter: [3, 3],
    stride: [2, 2],
    pad: all,
  },
  odd: {
    title: 'odd everything',
    images: 1,
    size: [5, 7],
    channels: [3, 5],
    filter: [3, 2],
    pad: [1, 0, 0, 1],
  },
  stride2: {
    title: 'stride 2 on odd sizes',
    images: 2,
    size: [9, 7],
    channels: [4, 12],
    filter: [3, 3],
    stride: [2, 2],
    pad: all,
  },
  oneSided: {
    title: 'padding below and right only',
    images: 2,
    size: [8, 8],
    channels: [4, 4],
    filter: [3, 3],
    stride: [2, 2],
    pad: [0, 0, 1, 1],
  },
  unequal: {
    title: 'unequal strides',
    images: 1,
    size: [9, 8],
    channels: [2, 4],
    filter: [3, 3],
    stride: [1, 3],
    pad: all,
  },
  pointwise: { title: '1 × 1 filter', images: 2, size: [4, 5], channels: [8, 4], filter: [1, 1] },
  skipping: {
    title: '1 × 1 filter, stride 2',
    images: 2,
    size: [5, 5],
    channels: [4, 8],
    filter: [1, 1],
    stride: [2, 2],
  },
  tasks: {
    title: 'three tasks',
    tasks: 3,
    images: 2,
    size: [5, 5],
    channels: [4, 8],
    filter: [3, 3],
    pad: all,
  },
  wide: {
    title: 'padding wider than the filter',
    images: 1,
    size: [3, 3],
    channels: [4, 4],
    filter: [3, 3],
    pad: [4, 4, 4, 4],
  },
  whole: {
    title: 'a filter as large as the image',
    images: 2,
    size: [4, 4],
    channels: [4, 6],
    filter: [4, 4],
  },
  cropping: {
    title: 'cropping, stride 3',
    images: 1,
    size: [9, 8],
    channels: [4, 4],
    filter: [3, 3],
    stride: [3, 3],
    pad: [-1, -2, 0, 0],
  },
  blocks: {
    title: 'more channels than one block',
    images: 1,
    size: [4, 3],
    channels: [36, 40],
    filter: [3, 3],
    pad: all,
  },
} satisfies Readonly<Record<string, TestShape>>;

export type Kind = Conv2dProblem['kind'];
export const kinds: readonly Kind[] = ['forward', 'inputGradient', 'filterGradient'];

/** @param aligned both operands start on a multiple of 4 elements */
export function problemOf(shape: TestShape, kind: Kind, aligned: boolean): Conv2dProblem {
  const [height, width] = shape.size;
  const [top, left, bottom, right] = shape.pad ?? [0, 0, 0, 0];
  const stride = shape.stride ?? [1, 1];
  return {
    kind,
    tasks: shape.tasks ?? 1,
    images: shape.images,
    height,
    width,
    inChannels: shape.channels[0],
    outChannels: shape.channels[1],
    filterHeight: shape.filter[0],
    filterWidth: shape.filter[1],
    outHeight: Math.floor((height + top + bottom - shape.filter[0]) / stride[0]) + 1,
    outWidth: Math.floor((width + left + right - shape.filter[1]) / stride[1]) + 1,
    stride,
    padTop: top,
    padLeft: left,
    aAligned: aligned,
    bAligned: aligned,
  };
}
