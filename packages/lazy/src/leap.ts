import type { Inner } from '@longhorizon/bilevel/authoring';
import { add, multiply, subtract, type Tensor } from '@longhorizon/tensor';

/**
 * A share of the way from the start to the student's end. It is computed as it is written; its derivative is another matter, and
 * nothing flows through this value.
 *
 * @param end s_k, shaped like w
 */
export function leapTo(inner: Inner, end: Tensor, beta: number): Tensor {
  const start = inner.startingPoint;
  return add(start, multiply(beta, subtract(end, start)));
}
