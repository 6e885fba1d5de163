import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { defineArgument, normalizeArgumentAxis } from '../helpers/argument.ts';

const op = defineArgument('argmin', 'smallest', '<', (x, axis) => argmin(x, axis));

/**
 * Where along an axis the smallest element is (u32), the first of equals; the last axis when left out. The
 * axis is dropped.
 */
export const argmin = withOp(
  op,
  (x: Tensor, axis: number = -1): Tensor => node(op, [x], { axis: normalizeArgumentAxis('argmin', x, axis) }),
);
