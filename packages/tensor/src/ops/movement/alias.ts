import type { Op } from '../../graph/op.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { batchElementwise } from '../helpers/elementwise.ts';

const op: Op<{ readonly id: number | string }> = {
  name: 'alias',
  doc: 'alias(x) = x, as a node that equals no other: what a derivative is taken with respect to, so that nested ones stay apart.',
  infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  reference: ([x]) => x!.data.slice(),
  derivative: { kind: 'linear', slots: [0], joint: false, transpose: (cotangent) => cotangent },
  batch: batchElementwise(() => op),
  lower: { kind: 'movement', coordinates: (output) => output, barrier: true },
  tolerance: { ulp: 0 },
  cases: [{ inputs: [{ shape: [3, 5] }], apply: (x) => alias(x) }],
};

let nextAlias = 0;

/** The identity as a new node, which nothing merges with `x` (XLA: an optimization barrier). Two aliases of one tensor are different nodes. */
export const alias = withOp(op, (x: Tensor): Tensor => node(op, [x], { id: nextAlias++ }));
