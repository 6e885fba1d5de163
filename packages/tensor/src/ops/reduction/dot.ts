import { ShapeError, sameShape, showShape } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { multiply } from '../arithmetic/multiply.ts';
import { checkTensor } from '../helpers/check-tensor.ts';
import { sum } from './sum-broadcast.ts';

/** Σ a · b over all elements of two arrays of one shape: the inner product ⟨a, b⟩. */
export function dot(a: Tensor, b: Tensor): Tensor {
  checkTensor('dot', a, 'the left operand');
  checkTensor('dot', b, 'the right operand');
  if (!sameShape(a.shape, b.shape))
    throw new ShapeError(
      `dot: shapes differ: ${showShape(a.shape)} · ${showShape(b.shape)}; reshape one, or use matmul for products of matrices.`,
    );
  return sum(multiply(a, b));
}
