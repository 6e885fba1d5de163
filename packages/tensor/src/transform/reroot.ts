/** @file A graph on other roots: nodes replaced by others, and everything that depends on them rebuilt. */
import { ShapeError, sameShape } from '../graph/shape.ts';
import { node, type Tensor } from '../graph/tensor.ts';
import { describe } from './arguments.ts';
import { orderUntil } from './walk.ts';

/**
 * The outputs with some nodes replaced. Nodes that depend on none of them stay the same nodes.
 *
 * @param replacements each of the shape and type of what it replaces; replacements are not searched for further replacements
 */
export function reroot<T extends Tensor | undefined>(
  outputs: readonly T[],
  replacements: ReadonlyMap<Tensor, Tensor>,
): T[] {
  if (replacements.size === 0) return [...outputs];
  let oldest = Number.POSITIVE_INFINITY;
  for (const [from, to] of replacements) {
    if (from.dtype !== to.dtype || !sameShape(from.shape, to.shape))
      throw new ShapeError(
        `reroot: ${describe(to)} cannot stand for ${describe(from)}; they must agree in shape and type.`,
      );
    oldest = Math.min(oldest, from.id);
  }
  const rebuilt = new Map(replacements);
  const at = (tensor: Tensor) => rebuilt.get(tensor) ?? tensor;
  const present = outputs.filter((output): output is T & Tensor => output !== undefined);
  // A node older than everything replaced does not depend on it; nor is anything needed below a replaced node.
  for (const current of orderUntil(present, (tensor) => tensor.id < oldest || replacements.has(tensor)))
    if (current.inputs.some((operand) => at(operand) !== operand))
      rebuilt.set(current, node(current.op, current.inputs.map(at), current.parameters));
  return outputs.map((output) => (output === undefined ? output : (at(output) as T)));
}

/** Whether any of the outputs is computed from any of the tensors. */
export function dependsOn(outputs: readonly Tensor[], tensors: readonly Tensor[]): boolean {
  const sought = new Set(tensors);
  let oldest = Number.POSITIVE_INFINITY;
  for (const tensor of tensors) oldest = Math.min(oldest, tensor.id);
  if (outputs.some((output) => sought.has(output))) return true;
  return orderUntil(outputs, (tensor) => tensor.id < oldest).some((tensor) => sought.has(tensor));
}
