/**
 * @file Which nodes carry a derivative: those on a path of f32 values from the inputs to the outputs.
 *
 * Nothing else is visited. A node is made after its inputs, so a node older than every input of a derivative cannot
 * depend on one, and the search stops there: differentiating one step of a long unrolled loop costs one step.
 */
import type { Tensor } from '../graph/tensor.ts';

export interface Active {
  /** Nodes that depend on an input, those they depend on first. The inputs themselves are not listed. */
  readonly order: readonly Tensor[];
  /** Whether a derivative flows into this tensor: it is an input or one of `order`. */
  has(tensor: Tensor): boolean;
  /** What a node is differentiated through: the inputs that carry derivatives, or the expression of an op of kind 'as'. */
  expression(node: Tensor): Tensor | undefined;
}

/** The inputs of a node through which a derivative can flow, whatever they are. */
export function differentiableSlots(node: Tensor): number[] {
  const { derivative } = node.op;
  const floats = node.inputs.flatMap((input, slot) => (input.dtype === 'f32' ? [slot] : []));
  switch (derivative.kind) {
    case 'none':
      return [];
    case 'partials':
      return floats.filter((slot) => derivative.partials[slot] !== undefined);
    case 'linear':
      return derivative.slots === 'all' ? floats : floats.filter(among(derivative.slots));
    case 'as':
    case 'custom': {
      const { slots } = derivative;
      return slots === undefined ? floats : floats.filter(among(slots));
    }
    default:
      return derivative satisfies never;
  }
}

const among = (slots: readonly number[]) => (slot: number) => slots.includes(slot);

interface Visit {
  readonly node: Tensor;
  readonly towards: Tensor[];
  next: number;
  expanded: boolean;
}

/** The active nodes between inputs and outputs. A path ends where it meets an input: inputs are independent variables. */
export function activeNodes(
  mode: 'forward' | 'reverse',
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
): Active {
  const variables = new Set(inputs);
  let oldest = Number.POSITIVE_INFINITY;
  for (const input of inputs) oldest = Math.min(oldest, input.id);

  const active = new Set<Tensor>(inputs);
  const seen = new Set<Tensor>();
  const expressions = new Map<Tensor, Tensor>();
  const order: Tensor[] = [];
  const stack: Visit[] = [];
  const enter = (node: Tensor) => {
    if (seen.has(node) || variables.has(node) || node.id < oldest || node.dtype !== 'f32') return;
    seen.add(node);
    const towards = differentiableSlots(node).map((slot) => node.inputs[slot]!);
    if (towards.length > 0) stack.push({ node, towards, next: 0, expanded: false });
  };

  for (const output of outputs) {
    enter(output);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      if (top.next < top.towards.length) {
        enter(top.towards[top.next++]!);
        continue;
      }
      const { node } = top;
      const { derivative } = node.op;
      if (derivative.kind === 'as' && !top.expanded && top.towards.some((input) => active.has(input))) {
        // Only now is it known that the expression is wanted; its own nodes come before this one.
        const expression =
          mode === 'forward' && derivative.forward !== undefined
            ? derivative.forward(node)
            : derivative.expression(node);
        expressions.set(node, expression);
        top.towards.splice(0, top.towards.length, expression);
        top.next = 0;
        top.expanded = true;
        continue;
      }
      if (top.towards.some((input) => active.has(input))) {
        active.add(node);
        order.push(node);
      }
      stack.pop();
    }
  }
  return { order, has: (tensor) => active.has(tensor), expression: (node) => expressions.get(node) };
}
