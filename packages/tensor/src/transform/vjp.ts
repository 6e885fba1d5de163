/** @file Reverse mode: cotangents pulled back along the graph, from outputs to inputs. */
import type { Tensor } from '../graph/tensor.ts';
import { accumulate } from './accumulate.ts';
import { activeNodes, differentiableSlots } from './active.ts';
import { checkDirections, checkInputs } from './arguments.ts';
import { scaled } from './partials.ts';

/**
 * The derivative of ⟨outputs, cotangents⟩ with respect to each input, as graph.
 *
 * The inputs may be any nodes and are independent variables: where one is computed from another, that path does not count.
 * What a node receives from its consumers is summed in the order of a fixed walk, so results repeat bit for bit.
 *
 * @param cotangents one for each output, of its shape; undefined is zero
 * @returns one cotangent for each input; undefined where no output with a cotangent depends on it
 *
 * @example
 * ```ts
 * import { array, evaluate, multiply, vjp } from '@longhorizon/tensor';
 *
 * const [x, y] = [array([1, 2]), array([3, 4])];
 * const [byX, byY] = vjp([multiply(x, y)], [x, y], [array([1, 10])]);
 * const [dx, dy] = evaluate([byX!, byY!]);
 * console.assert(String(dx!.data) === '3,40' && String(dy!.data) === '1,20');
 * ```
 */
export function vjp(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  cotangents: readonly (Tensor | undefined)[],
): (Tensor | undefined)[] {
  checkInputs('vjp', inputs);
  checkDirections('vjp', 'cotangent', 'output', outputs, cotangents);
  const sources = outputs.filter((_, position) => cotangents[position] !== undefined);
  const active = activeNodes('reverse', sources, inputs);
  const received = new Map<Tensor, Tensor[]>();
  const give = (tensor: Tensor, cotangent: Tensor | undefined) => {
    if (cotangent === undefined || !active.has(tensor)) return;
    const list = received.get(tensor);
    if (list === undefined) received.set(tensor, [cotangent]);
    else list.push(cotangent);
  };

  outputs.forEach((output, position) => {
    give(output, cotangents[position]);
  });
  for (let position = active.order.length - 1; position >= 0; position--) {
    const current = active.order[position]!;
    const contributions = received.get(current);
    if (contributions === undefined) continue;
    received.delete(current);
    const cotangent = accumulate(contributions);
    const expression = active.expression(current);
    if (expression !== undefined) give(expression, cotangent);
    else pullBack(current, cotangent, active.has, give);
  }
  return inputs.map((input) => {
    const contributions = received.get(input);
    return contributions === undefined ? undefined : accumulate(contributions);
  });
}

/** Gives each active input of a node its share of the node's cotangent. */
function pullBack(
  current: Tensor,
  cotangent: Tensor,
  wanted: (tensor: Tensor) => boolean,
  give: (tensor: Tensor, cotangent: Tensor | undefined) => void,
): void {
  const { derivative } = current.op;
  const slots = differentiableSlots(current).filter((slot) => wanted(current.inputs[slot]!));
  switch (derivative.kind) {
    case 'none':
      return;
    case 'partials':
      for (const slot of slots)
        give(current.inputs[slot]!, scaled(cotangent, derivative.partials[slot]!(current.inputs, current)));
      return;
    case 'linear':
      for (const slot of slots) give(current.inputs[slot]!, derivative.transpose(cotangent, current, slot));
      return;
    case 'custom': {
      const shares = derivative.vjp(current, cotangent, slots);
      for (const slot of slots) give(current.inputs[slot]!, shares[slot]);
      return;
    }
    case 'as':
      throw new Error(
        `internal: '${current.op.name}' is differentiated as an expression, which was not visited.`,
      );
    default:
      derivative satisfies never;
  }
}
