/** @file A walk over part of a graph. */
import type { Tensor } from '../graph/tensor.ts';

/** The nodes that the outputs need, inputs before their consumers, without those where `stop` holds and what only they need. */
export function orderUntil(outputs: readonly Tensor[], stop: (tensor: Tensor) => boolean): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  // An explicit stack: an unrolled loop makes graphs deeper than the call stack.
  const stack: { readonly node: Tensor; next: number }[] = [];
  const enter = (node: Tensor) => {
    if (seen.has(node) || stop(node)) return;
    seen.add(node);
    stack.push({ node, next: 0 });
  };
  for (const output of outputs) {
    enter(output);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const operand = top.node.inputs[top.next++];
      if (operand !== undefined) enter(operand);
      else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}
