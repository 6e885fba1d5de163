/** @file The fully connected layer. */
import { add, matmul, type Tensor } from '@longhorizon/tensor';

/**
 * x · weight + bias.
 *
 * @param x [..., inputs]
 * @param weight [inputs, outputs]
 * @param bias [outputs], none when left out
 * @returns [..., outputs]
 */
export function dense(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const product = matmul(x, weight);
  return bias === undefined ? product : add(product, bias);
}
