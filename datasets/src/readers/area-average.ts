import type { ImageShape } from '../dataset/types.ts';

/**
 * Resizes pictures so that every new pixel is the mean of the area it covers. On an axis of S pixels that becomes T,
 * both are laid on a grid of S·T cells; the overlaps are integers that sum to S, so the mean is an exact fraction,
 * rounded once (halves upwards).
 *
 * @param pixels - Bytes, flat, shape `shape`.
 * @param shape - [count, height, width, channels].
 * @returns Bytes, shape [count, toHeight, toWidth, channels].
 */
export function areaAverage(
  pixels: Uint8Array,
  shape: ImageShape,
  toHeight: number,
  toWidth: number,
): Uint8Array {
  const [count, height, width, channels] = shape;
  const rows = overlaps(height, toHeight);
  const columns = overlaps(width, toWidth);
  const total = height * width;
  const out = new Uint8Array(count * toHeight * toWidth * channels);
  let at = 0;
  for (let image = 0; image < count; image += 1) {
    const start = image * height * width * channels;
    for (const row of rows) {
      for (const column of columns) {
        for (let channel = 0; channel < channels; channel += 1) {
          let sum = 0;
          for (const [y, rowWeight] of row) {
            for (const [x, columnWeight] of column) {
              sum += rowWeight * columnWeight * pixels[start + (y * width + x) * channels + channel]!;
            }
          }
          out[at] = Math.floor((2 * sum + total) / (2 * total));
          at += 1;
        }
      }
    }
  }
  return out;
}

/** For each new pixel of an axis, the old pixels it covers and how much of each. */
function overlaps(
  from: number,
  to: number,
): readonly (readonly (readonly [index: number, weight: number])[])[] {
  return Array.from({ length: to }, (_, target) => {
    const first = target * from;
    const end = first + from;
    const covered: (readonly [number, number])[] = [];
    for (let source = Math.floor(first / to); source * to < end; source += 1) {
      covered.push([source, Math.min(end, (source + 1) * to) - Math.max(first, source * to)]);
    }
    return covered;
  });
}
