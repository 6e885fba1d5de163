/** @file The product of a direction and a partial derivative, which both modes take. */
import type { Tensor } from '../graph/tensor.ts';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { negate } from '../ops/arithmetic/negate.ts';
import { uniformValue } from './zeros.ts';

/** direction · factor, without multiplying by what the graph shows to be 1, −1 or 0. Both have one shape. */
export function scaled(direction: Tensor, factor: Tensor): Tensor | undefined {
  const [left, right] = [uniformValue(direction), uniformValue(factor)];
  if (left === 0 || right === 0) return undefined;
  if (right === 1) return direction;
  if (right === -1) return negate(direction);
  if (left === 1) return factor;
  if (left === -1) return negate(factor);
  return multiply(direction, factor);
}
