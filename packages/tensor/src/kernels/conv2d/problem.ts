/** @file Sizes derived from a convolution's shapes, shared by all its variants. */
import type { Conv2dProblem } from '../contraction.ts';

/** The convolution seen as a matrix product: result [rows, columns], summed over depth. */
export interface MatrixView {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/** Sizes of the matrix product of one task. */
export function matrixView(problem: Conv2dProblem): MatrixView {
  const taps = problem.filterHeight * problem.filterWidth;
  const inPixels = problem.images * problem.height * problem.width;
  const outPixels = problem.images * problem.outHeight * problem.outWidth;
  switch (problem.kind) {
    case 'forward':
      return { rows: outPixels, columns: problem.outChannels, depth: taps * problem.inChannels };
    case 'inputGradient':
      return { rows: inPixels, columns: problem.inChannels, depth: taps * problem.outChannels };
    case 'filterGradient':
      return { rows: taps * problem.inChannels, columns: problem.outChannels, depth: outPixels };
  }
}

/**
 * The shapes as WGSL constants. Paddings are written modulo 2^32, as the kernels' wrapping u32 coordinates want them:
 * a negative padding (cropping) is right too.
 */
export function shapeConstants(problem: Conv2dProblem): Readonly<Record<string, number>> {
  const view = matrixView(problem);
  return {
    BATCH: problem.tasks,
    IMAGES: problem.images,
    HEIGHT: problem.height,
    WIDTH: problem.width,
    IN_CHANNELS: problem.inChannels,
    OUT_CHANNELS: problem.outChannels,
    FILTER_HEIGHT: problem.filterHeight,
    FILTER_WIDTH: problem.filterWidth,
    OUT_HEIGHT: problem.outHeight,
    OUT_WIDTH: problem.outWidth,
    STRIDE_Y: problem.stride[0],
    STRIDE_X: problem.stride[1],
    PAD_TOP: problem.padTop >>> 0,
    PAD_LEFT: problem.padLeft >>> 0,
    ROWS: view.rows,
    COLUMNS: view.columns,
    DEPTH: view.depth,
  };
}

/** Multiplications with addition that one task's convolution needs, padding included. */
export function multiplyAdds(problem: Conv2dProblem): number {
  const view = matrixView(problem);
  return view.rows * view.columns * view.depth;
}
