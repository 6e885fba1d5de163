import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { defineArgument, normalizeArgumentAxis } from '../helpers/argument.ts';

const op = defineArgument('argmax', 'largest', '>', (x, axis) => argmax(x, axis));

/**
 * Where along an axis the largest element is (u32), the first of equals; the last axis when left out. The
 * axis is dropped.
 */
export const argmax = withOp(
  op,
  (x: Tensor, axis: number = -1): Tensor => node(op, [x], { axis: normalizeArgumentAxis('argmax', x, axis) }),
);
