import { pad, ShapeError, slice, type Tensor } from '@longhorizon/tensor';
import { showShape } from '@longhorizon/tensor/compiler';

/**
 * Option A of He, Zhang, Ren and Sun, "Deep residual learning for image recognition" (CVPR 2016), section 3.3: where a block
 * halves its images and widens its channels, the shortcut takes every second pixel and adds channels of zeros, as many
 * before as after.
 *
 * @param x [N, H, W, C]
 * @param channels of the result; channels − C is even and not negative
 * @returns [N, ⌈H/stride⌉, ⌈W/stride⌉, channels]
 */
export function shortcutA(x: Tensor, channels: number, stride: number): Tensor {
  const [images, height, width, own] = x.shape as readonly [number, number, number, number];
  const missing = channels - own;
  if (x.shape.length !== 4 || missing < 0 || missing % 2 !== 0)
    throw new ShapeError(
      `shortcutA: ${showShape(x.shape)} cannot become images of ${channels} channels; channels are added in pairs, never taken away.`,
    );
  const thinned =
    stride === 1 ? x : slice(x, [0, 0, 0, 0], [images, height, width, own], [1, stride, stride, 1]);
  return pad(thinned, [0, 0, 0, missing / 2], [0, 0, 0, missing / 2]);
}
