import { absolute, cast, less, logicalNot, sum, type Tensor } from '@longhorizon/tensor';

/** Numbers beyond this are no numbers in float32. */
export const largestFinite = 3e38;

/** How many elements are NaN, infinite or beyond float32: f32 []. */
export function countNotFinite(tensor: Tensor): Tensor {
  return sum(cast(logicalNot(less(absolute(tensor), largestFinite)), 'f32'));
}
