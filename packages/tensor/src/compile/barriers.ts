/** @file What lies behind barriers: recomputations run where they are needed, apart from what they compute a second time. */
import { type Tensor, topologicalOrder } from '../graph/tensor.ts';

/** Nodes behind barriers. */
export interface BehindBarriers {
  /** Whatever depends on a barrier. */
  readonly again: ReadonlySet<Tensor>;
  /** Of these, what depends on nothing but what led to a barrier: it could run as soon as that has run. */
  readonly recomputed: ReadonlySet<Tensor>;
}

const isBarrier = ({ op: { lower } }: Tensor) => lower.kind === 'movement' && lower.barrier === true;

export function barriersOf(tensors: readonly Tensor[]): BehindBarriers {
  const order = topologicalOrder(tensors);
  const before = new Set<Tensor>();
  for (const tensor of [...order].reverse())
    if (isBarrier(tensor) || before.has(tensor)) for (const operand of tensor.inputs) before.add(operand);
  // Views of given arrays are as good as given.
  const given = new Set<Tensor>();
  for (const tensor of order)
    if (tensor.inputs.every((operand) => given.has(operand)) && !isBarrier(tensor))
      if (tensor.inputs.length === 0 || tensor.op.lower.kind === 'movement') given.add(tensor);
  const again = new Set<Tensor>();
  const recomputed = new Set<Tensor>();
  for (const tensor of order) {
    if (!isBarrier(tensor) && !tensor.inputs.some((operand) => again.has(operand))) continue;
    again.add(tensor);
    const known = (operand: Tensor) =>
      recomputed.has(operand) || (!again.has(operand) && (before.has(operand) || given.has(operand)));
    if (tensor.inputs.every(known)) recomputed.add(tensor);
  }
  return { again, recomputed };
}
