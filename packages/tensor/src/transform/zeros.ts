/** @file Constants that fill a shape: what a symbolic zero becomes where an array is wanted, and how a factor 1 is seen. */
import type { Shape } from '../graph/shape.ts';
import type { DType, Tensor } from '../graph/tensor.ts';
import { constant, constantValue } from '../ops/leaf/constant.ts';
import { reshape } from '../ops/movement/reshape.ts';
import { broadcastTo } from '../ops/reduction/sum-broadcast.ts';

/** A constant stretched to a shape; no memory until a kernel needs it. */
export function filled(value: number, shape: Shape, dtype: DType = 'f32'): Tensor {
  return broadcastTo(constant(value, dtype), shape);
}

/** Zeros of a tensor's shape and element type. */
export const zerosLike = (tensor: Tensor): Tensor => filled(0, tensor.shape, tensor.dtype);
/** Ones of a tensor's shape and element type. */
export const onesLike = (tensor: Tensor): Tensor => filled(1, tensor.shape, tensor.dtype);

/** The number that every element equals, where the graph shows it: a constant, stretched or reshaped. */
export function uniformValue(tensor: Tensor): number | undefined {
  let seen = tensor;
  while (seen.op === broadcastTo.op || seen.op === reshape.op) seen = seen.inputs[0]!;
  return constantValue(seen);
}
