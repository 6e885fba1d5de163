/** @file The three convolutions in float64, written from their definition: what every kernel is compared with. */
import type { Conv2dProblem } from '../contraction.ts';

/** Elements of x, filter and y for all tasks. */
export function operandSizes(problem: Conv2dProblem): { x: number; filter: number; y: number } {
  const p = problem;
  return {
    x: p.tasks * p.images * p.height * p.width * p.inChannels,
    filter: p.tasks * p.filterHeight * p.filterWidth * p.inChannels * p.outChannels,
    y: p.tasks * p.images * p.outHeight * p.outWidth * p.outChannels,
  };
}

/** Elements of operand a, operand b and the result for all tasks. */
export function contractionSizes(problem: Conv2dProblem): { a: number; b: number; result: number } {
  const { x, filter, y } = operandSizes(problem);
  switch (problem.kind) {
    case 'forward':
      return { a: x, b: filter, result: y };
    case 'inputGradient':
      return { a: y, b: filter, result: x };
    case 'filterGradient':
      return { a: x, b: y, result: filter };
  }
}

/**
 * result of one convolution in float64.
 *
 * @param a x for 'forward' and 'filterGradient', y's cotangent for 'inputGradient', as in Conv2dProblem's table
 * @param b the filter, or y's cotangent for 'filterGradient'
 */
export function referenceConv2d(
  problem: Conv2dProblem,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): Float64Array {
  const p = problem;
  const result = new Float64Array(contractionSizes(problem).result);
  const channels = p.inChannels * p.outChannels;
  for (let task = 0; task < p.tasks; task++) {
    for (let image = 0; image < p.images; image++) {
      const plane = task * p.images + image;
      for (let oh = 0; oh < p.outHeight; oh++) {
        for (let ow = 0; ow < p.outWidth; ow++) {
          const y = ((plane * p.outHeight + oh) * p.outWidth + ow) * p.outChannels;
          for (let kh = 0; kh < p.filterHeight; kh++) {
            const h = oh * p.stride[0] + kh - p.padTop;
            if (h < 0 || h >= p.height) continue;
            for (let kw = 0; kw < p.filterWidth; kw++) {
              const w = ow * p.stride[1] + kw - p.padLeft;
              if (w < 0 || w >= p.width) continue;
              const x = ((plane * p.height + h) * p.width + w) * p.inChannels;
              const filter = ((task * p.filterHeight + kh) * p.filterWidth + kw) * channels;
              for (let c = 0; c < p.inChannels; c++) {
                for (let o = 0; o < p.outChannels; o++) {
                  const f = filter + c * p.outChannels + o;
                  if (p.kind === 'forward') result[y + o]! += a[x + c]! * b[f]!;
                  else if (p.kind === 'inputGradient') result[x + c]! += a[y + o]! * b[f]!;
                  else result[f]! += a[x + c]! * b[y + o]!;
                }
              }
            }
          }
        }
      }
    }
  }
  return result;
}
