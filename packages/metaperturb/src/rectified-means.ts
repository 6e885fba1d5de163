/**
 * @file Spatial means of rectified filters, with a derivative that keeps nothing: where each filter is positive is worked out again, a bit for each,
 * in one array.
 */
import {
  bitwiseAnd,
  bitwiseOr,
  cast,
  customDerivative,
  depthwiseConv2d,
  flip,
  greater,
  iota,
  mean,
  multiply,
  relu,
  reshape,
  shiftLeft,
  shiftRight,
  slice,
  stack,
  sumOfDepthwiseConv2d,
  type Tensor,
  transpose,
  vjp,
} from '@longhorizon/tensor';
import { alias } from '@longhorizon/tensor/compiler';

/** Each filter [3, 3] of [Q, 3, 3] over images [B, H, W, C], zeros around, every channel by itself. */
const filtered = (u: Tensor, kernel: Tensor): readonly Tensor[] =>
  Array.from({ length: kernel.shape[0]! }, (_, q) =>
    depthwiseConv2d(u, reshape(slice(kernel, [q, 0, 0], [q + 1, 3, 3]), [3, 3, 1]), {
      padding: 1,
      unrolled: true,
    }),
  );

/**
 * h: of each example and channel, the spatial means of rectified filters.
 *
 * @param u images [B, H, W, C]
 * @param kernel filters [Q, 3, 3], Q up to 32
 * @returns [B, C, Q]
 */
export const rectifiedMeans = customDerivative(
  (u: Tensor, kernel: Tensor) =>
    stack(
      filtered(u, kernel).map((one) => mean(relu(one), [1, 2])),
      2,
    ),
  {
    name: 'rectifiedMeans',
    vjp: ({ inputs, cotangent }) => {
      const [u, kernel] = inputs as [Tensor, Tensor];
      const [batch, height, width, channels] = u.shape as readonly [number, number, number, number];
      const count = kernel.shape[0]!;
      // Behind a barrier: in the backward pass, not where the filters ran first.
      const bits = filtered(alias(u), kernel)
        .map((one, q) => shiftLeft(cast(greater(one, 0), 'u32'), q))
        .reduce((a, b) => bitwiseOr(a, b));
      const which = reshape(iota([count]), [count, 1, 1, 1, 1]);
      const open = cast(bitwiseAnd(shiftRight(bits, which), 1), 'f32');
      const each = reshape(transpose(cotangent, [2, 0, 1]), [count, batch, 1, 1, channels]);
      const g = multiply(open, multiply(each, 1 / (height * width)));
      const turned = reshape(flip(kernel, [1, 2]), [count, 3, 3, 1]);
      const [ofKernel] = vjp(
        filtered(u, kernel),
        [kernel],
        Array.from({ length: count }, (_, q) =>
          reshape(slice(g, [q, 0, 0, 0, 0], [q + 1, batch, height, width, channels]), u.shape),
        ),
      );
      return [sumOfDepthwiseConv2d(g, turned, { padding: 1 }), ofKernel];
    },
  },
);
