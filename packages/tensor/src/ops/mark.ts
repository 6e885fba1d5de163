/**
 * @file Marks: nodes that equal their first input and say how to differentiate it.
 *
 * A mark has the inputs [value, ...arguments]. It computes nothing; a derivative that reaches it follows the mark's rule,
 * in terms of the arguments, instead of the graph of the value. Because the arguments are inputs of the node, a mark
 * survives whatever rebuilds graph around it: put on other roots, or batched.
 */

import type { BatchRule, Derivative, Op } from '../graph/op.ts';

/** What every mark may have among its parameters: at each vmap so far, which of its inputs carried the batch. */
export interface MarkParameters {
  readonly batched?: readonly (readonly number[])[];
}

const markOps = new WeakSet<Op>();

export function markOp<Parameters extends MarkParameters>(
  name: string,
  doc: string,
  derivative: Derivative<Parameters>,
  batch: BatchRule<Parameters>,
): Op<Parameters> {
  const op: Op<Parameters> = {
    name,
    doc,
    infer: ([value]) => ({ shape: value!.shape, dtype: value!.dtype }),
    reference: ([value]) => value!.data.slice(),
    derivative,
    batch,
    lower: { kind: 'movement', coordinates: (output) => output },
    tolerance: { ulp: 0 },
    cases: [],
  };
  markOps.add(op);
  return op;
}

/** Whether an op only says how its first input is differentiated: once no derivative is wanted, that input takes its place. */
export const isMark = (op: Op): boolean => markOps.has(op);

/** Which inputs of a batched mark carry the batch: part of the mark's identity, since its rule depends on it. */
export function batchedParameters<Parameters extends MarkParameters>(
  parameters: Parameters,
  batched: readonly boolean[],
): Parameters {
  return { ...parameters, batched: [...(parameters.batched ?? []), batched.map(Number)] };
}
