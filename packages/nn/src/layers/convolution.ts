import { add, conv2d, type Tensor, type WindowOptions } from '@longhorizon/tensor';

/**
 * Convolution of images with filters, plus a bias for each channel.
 *
 * @param x [N, H, W, C]
 * @param filter [height, width, C, O]
 * @param bias [O], none when left out
 * @param options stride (1) and padding (`same`, unlike conv2d's own default)
 * @returns [N, H', W', O]
 */
export function convolution(x: Tensor, filter: Tensor, bias?: Tensor, options: WindowOptions = {}): Tensor {
  const y = conv2d(x, filter, { padding: 'same', ...options });
  return bias === undefined ? y : add(y, bias);
}
