/** @file Whole Jacobians, a column or a row for each direction, all directions at once. */
import { elementCount, type Shape } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { equal } from '../ops/comparison/equal.ts';
import { iota } from '../ops/indexing/iota.ts';
import { reshape } from '../ops/movement/reshape.ts';
import { transpose } from '../ops/movement/transpose.ts';
import { cast } from '../ops/rounding/cast.ts';
import { linearize, pullback } from './functions.ts';
import { vmap } from './vmap.ts';

/** All unit directions of a shape, along a new first axis. */
function unitDirections(shape: Shape): Tensor {
  const count = elementCount(shape);
  const square = [count, count];
  return reshape(cast(equal(iota(square, 0), iota(square, 1)), 'f32'), [count, ...shape]);
}

/**
 * The Jacobian of f by forward mode, one pass for each element of x: for few inputs and many outputs.
 *
 * @returns ∂f(x)[i…]/∂x[j…] with axes [i…, j…]
 */
export function jacobianColumns(f: (x: Tensor) => Tensor): (x: Tensor) => Tensor {
  return (x) => {
    const [value, push] = linearize(f, x);
    const columns = vmap(push)(unitDirections(x.shape));
    const rank = value.shape.length;
    const directionLast = transpose(columns, [...value.shape.map((_, axis) => axis + 1), 0]);
    return reshape(rank === 0 ? columns : directionLast, [...value.shape, ...x.shape]);
  };
}

/**
 * The Jacobian of f by reverse mode, one pass for each element of the result: for few outputs and many inputs.
 *
 * @returns ∂f(x)[i…]/∂x[j…] with axes [i…, j…]
 */
export function jacobianRows(f: (x: Tensor) => Tensor): (x: Tensor) => Tensor {
  return (x) => {
    const [value, pull] = pullback(f, x);
    return reshape(vmap(pull)(unitDirections(value.shape)), [...value.shape, ...x.shape]);
  };
}
