/** @file A copy of a value: the compiler's own node for what must lie in memory twice. */

import type { Op } from '../graph/op.ts';
import { batchElementwise } from '../ops/helpers/elementwise.ts';

export const copyOp: Op = {
  name: 'copy',
  doc: 'copy(x) = x, in memory of its own.',
  infer: (inputs) => ({ shape: inputs[0]!.shape, dtype: inputs[0]!.dtype }),
  reference: ([x]) => x!.data.slice(),
  derivative: { kind: 'linear', slots: [0], joint: false, transpose: (cotangent) => cotangent },
  batch: batchElementwise(() => copyOp),
  lower: { kind: 'elementwise', expression: ([x]) => x!, weight: 0 },
  tolerance: { ulp: 0 },
  cases: [],
};
