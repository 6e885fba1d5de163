/** @file The shapes at which a family's kernels are judged beside the one that is asked for. */
import type { Conv2dProblem, MatmulProblem } from '../kernels/contraction.ts';
import { conv2dTask, type KernelTask, matmulTask } from './task.ts';

/** Repeatable choices from a seed. */
function chooser(seed: number): (low: number, high: number) => number {
  let state = seed >>> 0;
  return (low, high) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + Math.floor((state / 2 ** 32) * (high - low + 1));
  };
}

function matmulShapes(seed: number): readonly KernelTask<MatmulProblem>[] {
  const pick = chooser(seed);
  const flag = () => pick(0, 1) === 1;
  return [
    matmulTask({ m: 35, n: 33, k: 37 }),
    matmulTask({ m: 12, n: 36, k: 7, transposeA: true, batch: 3, shareB: true }),
    matmulTask({ m: 1, n: 68, k: 64, transposeB: true }),
    matmulTask({
      m: pick(1, 70),
      n: pick(1, 70),
      k: pick(1, 70),
      transposeA: flag(),
      transposeB: flag(),
      unalignedA: flag(),
      unalignedB: flag(),
      aGap: pick(0, 2),
      batch: pick(1, 2),
    }),
    matmulTask({ m: 4 * pick(1, 20), n: 4 * pick(1, 20), k: 4 * pick(1, 20), transposeB: flag() }),
  ];
}

interface ConvolutionShape {
  readonly tasks?: number;
  readonly images: number;
  readonly size: readonly [height: number, width: number];
  readonly channels: readonly [into: number, out: number];
  readonly side: number;
  readonly stride?: number;
  readonly pad?: number;
}

/** A convolution with square filters and strides, or one of its gradients, as a task. */
export function squareConvolution(
  kind: Conv2dProblem['kind'],
  { tasks = 1, images, size, channels, side, stride = 1, pad = (side - 1) >> 1 }: ConvolutionShape,
): KernelTask<Conv2dProblem> {
  const [height, width] = size;
  const out = (length: number) => Math.floor((length + 2 * pad - side) / stride) + 1;
  const problem: Conv2dProblem = {
    kind,
    tasks,
    images,
    height,
    width,
    inChannels: channels[0],
    outChannels: channels[1],
    filterHeight: side,
    filterWidth: side,
    outHeight: out(height),
    outWidth: out(width),
    stride: [stride, stride],
    padTop: pad,
    padLeft: pad,
    aAligned: true,
    bAligned: true,
  };
  const words = { forward: 'forward', inputGradient: 'input gradient', filterGradient: 'filter gradient' }[
    kind
  ];
  const sizes = [images, height, width, ...channels].join(',');
  const title = `${words} ${tasks === 1 ? '' : `${tasks}x`}${sizes}${side === 3 ? '' : `:${side}`}${stride === 1 ? '' : `/${stride}`}`;
  return conv2dTask(problem, title);
}

function conv2dShapes(seed: number): readonly KernelTask<Conv2dProblem>[] {
  const pick = chooser(seed);
  const shapes: readonly ConvolutionShape[] = [
    { images: 1, size: [5, 7], channels: [3, 5], side: 3 },
    { images: 2, size: [9, 7], channels: [4, 12], side: 3, stride: 2, tasks: 2 },
    {
      images: pick(1, 3),
      size: [pick(3, 10), pick(3, 10)],
      channels: [4 * pick(1, 4), 4 * pick(1, 4)],
      side: pick(1, 3),
    },
  ];
  return (['forward', 'inputGradient', 'filterGradient'] as const).flatMap((kind) =>
    shapes.map((shape) => squareConvolution(kind, shape)),
  );
}

/** Small shapes with an edge each, and some that the seed chooses: odd, transposed, batched, unaligned, with gaps. */
export const judgedShapes = { matmul: matmulShapes, conv2d: conv2dShapes } as const;
