/** @file Sizes derived from a convolution's shapes, shared by all its variants. */
import type { Conv2dProblem, KernelAdapter } from '../contraction.ts';
import { subgroupLanes } from '../launch.ts';

/** The convolution of one task seen as a matrix product: result [rows, columns], summed over depth. */
export interface MatrixView {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

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

/** Sums over more products are added in blocks: the error of a sum grows with its longest chain of additions. */
export const longSum = 8192;
const blockLength = 512;

/** Products that an element's sum adds one by one. */
export function blockOfSum(problem: Conv2dProblem): number {
  const { depth } = matrixView(problem);
  return depth > longSum ? blockLength : Math.max(1, depth);
}

/** Elements of operand a, operand b and the result, all tasks together. */
export function contractionSizes(problem: Conv2dProblem): { a: number; b: number; result: number } {
  const p = problem;
  const x = p.tasks * p.images * p.height * p.width * p.inChannels;
  const filter = p.tasks * p.filterHeight * p.filterWidth * p.inChannels * p.outChannels;
  const y = p.tasks * p.images * p.outHeight * p.outWidth * p.outChannels;
  switch (p.kind) {
    case 'forward':
      return { a: x, b: filter, result: y };
    case 'inputGradient':
      return { a: y, b: filter, result: x };
    case 'filterGradient':
      return { a: x, b: y, result: filter };
  }
}

/** Why a tile kernel cannot take any problem with these sizes; undefined when it can. */
export function emptyProblem(problem: Conv2dProblem): string | undefined {
  const { rows, columns, depth } = matrixView(problem);
  if (problem.tasks * rows * columns === 0) return 'has no results';
  return depth === 0 ? 'has nothing to add' : undefined;
}

/**
 * Invocations of a workgroup where the model chooses; 0 where they should share and cannot. Vectors of 16 lanes stay half empty: what a team of eight
 * exchanges needs no choice between two teams then, and loads go lane by lane at any width (22 convolutions: decision 0111).
 *
 * @param shares whether lanes exchange what they load
 */
export function workgroupLanes(adapter: KernelAdapter, shares: boolean): number {
  const { threads, vectorLanes } = adapter.profile;
  if (shares) return Math.min(8, subgroupLanes(adapter));
  return vectorLanes === 0 ? threads : Math.min(8, threads);
}
