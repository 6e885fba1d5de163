/** @file Forward mode: tangents pushed along the graph, from inputs to outputs. */
import { node, type Tensor } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';
import { activeNodes } from './active.ts';
import { checkDirections, checkInputs } from './arguments.ts';
import { scaled } from './partials.ts';
import { zerosLike } from './zeros.ts';

/**
 * The derivative of the outputs along a direction: for each output Σ ∂output/∂input · tangent, as graph.
 *
 * The inputs may be any nodes and are independent variables: where one is computed from another, that path does not count.
 *
 * @param tangents one for each input, of its shape; undefined is zero
 * @returns one tangent for each output; undefined where it does not depend on an input with a tangent
 */
export function jvp(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  tangents: readonly (Tensor | undefined)[],
): (Tensor | undefined)[] {
  checkInputs('jvp', inputs);
  checkDirections('jvp', 'tangent', 'input', inputs, tangents);
  const known = new Map<Tensor, Tensor>();
  const moving = inputs.filter((_, position) => tangents[position] !== undefined);
  const active = activeNodes('forward', outputs, inputs);
  inputs.forEach((input, position) => {
    const tangent = tangents[position];
    if (tangent !== undefined) known.set(input, tangent);
  });
  if (moving.length === 0) return outputs.map(() => undefined);
  for (const current of active.order) {
    const expression = active.expression(current);
    const tangent =
      expression === undefined
        ? tangentOf(
            current,
            current.inputs.map((input) => known.get(input)),
          )
        : known.get(expression);
    if (tangent !== undefined) known.set(current, tangent);
  }
  return outputs.map((output) => known.get(output));
}

/** The tangent of one node from those of its inputs. */
function tangentOf(current: Tensor, tangents: readonly (Tensor | undefined)[]): Tensor | undefined {
  const { derivative } = current.op;
  switch (derivative.kind) {
    case 'none':
      return undefined;
    case 'partials': {
      let total: Tensor | undefined;
      derivative.partials.forEach((partial, slot) => {
        const tangent = tangents[slot];
        if (tangent === undefined || partial === undefined) return;
        total = sumOf(total, scaled(tangent, partial(current.inputs, current)));
      });
      return total;
    }
    case 'linear': {
      const slots = derivative.slots === 'all' ? current.inputs.map((_, slot) => slot) : derivative.slots;
      if (slots.every((slot) => tangents[slot] === undefined)) return undefined;
      if (derivative.joint) {
        const moved = current.inputs.map((input, slot) =>
          slots.includes(slot) ? (tangents[slot] ?? zerosLike(input)) : input,
        );
        return node(current.op, moved, current.parameters);
      }
      let total: Tensor | undefined;
      for (const slot of slots) {
        const tangent = tangents[slot];
        if (tangent === undefined) continue;
        total = sumOf(total, node(current.op, current.inputs.with(slot, tangent), current.parameters));
      }
      return total;
    }
    case 'custom': {
      if (tangents.every((tangent) => tangent === undefined)) return undefined;
      return derivative.jvp(current, tangents);
    }
    case 'as':
      throw new Error(
        `internal: '${current.op.name}' is differentiated as an expression, which was not visited.`,
      );
    default:
      return derivative satisfies never;
  }
}

const sumOf = (total: Tensor | undefined, term: Tensor | undefined) =>
  total === undefined ? term : term === undefined ? total : add(total, term);
