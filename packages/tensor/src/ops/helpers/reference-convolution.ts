/**
 * @file The three convolutions in float64, from their one definition: y(p, q, o) += x(p·stride + i − top,
 * q·stride + j − left, c) · filter(i, j, c, o).
 */
import type { ConvolutionSizes } from '../../kernels/contraction.ts';

/**
 * Calls `visit` for each (y, x, filter) triple of places: where its output channels, its input channels and
 * its filter's start.
 */
function forEachTap(p: ConvolutionSizes, visit: (y: number, x: number, filter: number) => void): void {
  for (let image = 0; image < p.tasks * p.images; image++) {
    const task = Math.floor(image / p.images);
    for (let row = 0; row < p.outHeight; row++)
      for (let column = 0; column < p.outWidth; column++)
        for (let i = 0; i < p.filterHeight; i++)
          for (let j = 0; j < p.filterWidth; j++) {
            const h = row * p.stride[0] + i - p.padTop;
            const w = column * p.stride[1] + j - p.padLeft;
            if (h < 0 || h >= p.height || w < 0 || w >= p.width) continue;
            visit(
              ((image * p.outHeight + row) * p.outWidth + column) * p.outChannels,
              ((image * p.height + h) * p.width + w) * p.inChannels,
              ((task * p.filterHeight + i) * p.filterWidth + j) * p.inChannels * p.outChannels,
            );
          }
  }
}

/**
 * The result of a convolution, its input gradient or its filter gradient.
 *
 * @param a x, or y's cotangent for the input gradient
 * @param b the filter, or y's cotangent for the filter gradient
 * @param count elements of the result
 */
export function referenceConvolution(
  problem: ConvolutionSizes,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  count: number,
): Float64Array {
  const { kind, inChannels, outChannels } = problem;
  const result = new Float64Array(count);
  forEachTap(problem, (y, x, filter) => {
    for (let c = 0; c < inChannels; c++) {
      const row = filter + c * outChannels;
      if (kind === 'forward') {
        const value = a[x + c]!;
        for (let o = 0; o < outChannels; o++) result[y + o]! += value * b[row + o]!;
      } else if (kind === 'inputGradient') {
        let total = 0;
        for (let o = 0; o < outChannels; o++) total += a[y + o]! * b[row + o]!;
        result[x + c]! += total;
      } else {
        const value = a[x + c]!;
        for (let o = 0; o < outChannels; o++) result[row + o]! += value * b[y + o]!;
      }
    }
  });
  return result;
}
