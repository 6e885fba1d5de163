import type { Op } from '../../graph/op.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';
import { batchElementwise } from '../helpers/elementwise.ts';

const op: Op = {
  name: 'stopGradient',
  doc: 'stopGradient(x) = x, as a constant: its derivative is none.',
  infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  reference: ([x]) => x!.data.slice(),
  derivative: { kind: 'none' },
  batch: batchElementwise(() => op),
  lower: { kind: 'elementwise', expression: ([x]) => x!, weight: 0 },
  tolerance: { ulp: 0 },
  cases: [
    { inputs: [{ shape: [3, 5] }], apply: (x) => stopGradient(x), valuesOnly: true },
    { inputs: [{ shape: [4], dtype: 'u32', domain: [0, 9] }], apply: (x) => stopGradient(x) },
  ],
};

/** `x`, but no derivative flows through it. */
export const stopGradient = withOp(op, (x: Tensor): Tensor => (x.op === op ? x : node(op, [x])));
