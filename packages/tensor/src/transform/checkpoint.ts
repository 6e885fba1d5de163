/**
 * @file checkpoint: intermediates that the backward pass computes again instead of keeping.
 *
 * In a graph where equal nodes are the same node, "compute it again" has no meaning by itself: a recomputed tanh(x) *is* the
 * first tanh(x), and stays in memory until its last use. So the recomputation is made on other inputs: on aliases of the
 * arguments. `alias` is the identity, and the compiler emits nothing for it, but it is a node of its own that is never merged
 * with what it names; hence neither is anything computed from it merged with the first computation. What the backward pass
 * keeps is then the arguments alone. All checkpoints name an argument alike, so what several of them compute again from
 * the same arguments is computed again once.
 *
 * The result of a checkpointed function is a mark (ops/mark.ts): [value, ...arguments], where the value is the graph of the
 * first computation. Reverse mode differentiates the recomputation in its place. Forward mode differentiates the first
 * computation: it runs beside it and keeps nothing. Tensors that the function closes over count as arguments.
 *
 * Gradients differ from those without checkpoint by rounding at most: what an argument receives from within one call is summed
 * before it is added to what it receives elsewhere.
 *
 * A derivative of the backward pass (reverse over reverse) keeps the recomputed values: one level is checkpointed, the level
 * of the call.
 */

import type { Op } from '../graph/op.ts';
import { node, type Tensor } from '../graph/tensor.ts';
import { unflatten } from '../graph/tree.ts';
import { input, isInput } from '../ops/leaf/input.ts';
import { markOp } from '../ops/mark.ts';
import { alias } from '../ops/movement/alias.ts';
import { allExamples, batchGraph } from './batch.ts';
import { reroot } from './reroot.ts';
import { tensorsOf } from './trace.ts';
import { orderUntil } from './walk.ts';
import { uniformValue } from './zeros.ts';

/**
 * `f`, whose intermediates are computed again in the backward pass instead of being kept from the forward pass.
 *
 * @param f from trees of tensors to a tree of tensors
 */
export function checkpoint<Arguments extends readonly unknown[], Result>(
  f: (...inputs: Arguments) => Result,
): (...inputs: Arguments) => Result {
  return (...inputs) => {
    const given = tensorsOf('checkpoint', 'the list of arguments', inputs);
    const named = given.map(placeholderFor);
    const result = f(...unflatten<Arguments>(inputs, named));
    const outputs = tensorsOf('checkpoint', 'the result', result);
    const { inside, closedOver } = extent(outputs, named);
    const closedNames = closedOver.map(placeholderFor);
    const bodies = reroot(
      outputs,
      new Map(closedOver.map((tensor, position) => [tensor, closedNames[position]!])),
    );
    const placeholders = [...named, ...closedNames];
    const actual = [...given, ...closedOver];
    const values = reroot(outputs, new Map(named.map((name, position) => [name, given[position]!])));
    const marked = values.map((value, position) => {
      if (!inside.has(outputs[position]!) || value.dtype !== 'f32') return value;
      return node(checkpointOp({ output: bodies[position]!, placeholders }), [value, ...actual]);
    });
    return unflatten<Result>(result, marked);
  };
}

const placeholderFor = (tensor: Tensor) => input(tensor.shape, { dtype: tensor.dtype, name: 'argument' });

/** What depends on the arguments, and what that uses besides them. Constants are used as they are. */
function extent(outputs: readonly Tensor[], names: readonly Tensor[]) {
  const inside = new Set(names);
  const closedOver = new Set<Tensor>();
  let oldest = Number.POSITIVE_INFINITY;
  for (const name of names) oldest = Math.min(oldest, name.id);
  for (const current of orderUntil(outputs, (tensor) => tensor.id < oldest))
    if (current.inputs.some((operand) => inside.has(operand))) inside.add(current);
  for (const current of inside)
    for (const operand of current.inputs) {
      const isConstant =
        uniformValue(operand) !== undefined || (operand.inputs.length === 0 && !isInput(operand));
      if (!inside.has(operand) && !isConstant) closedOver.add(operand);
    }
  return { inside, closedOver: [...closedOver] };
}

/** The function's graph on placeholders, in the order of the mark's arguments. */
interface Body {
  readonly output: Tensor;
  readonly placeholders: readonly Tensor[];
}

function checkpointOp(body: Body): Op {
  return markOp(
    'checkpoint',
    'checkpoint(f)(…): what f computes; its intermediates are computed again in the backward pass.',
    {
      kind: 'as',
      slots: body.placeholders.map((_, position) => position + 1),
      expression: (mark) => recomputation(body, mark),
      forward: (mark) => mark.inputs[0]!,
    },
    (inputs, batched, _, size) => {
      const [value, ...rest] = inputs;
      const all = allExamples({ tensor: value!, batched: batched[0]! }, size);
      const batchedOp = checkpointOp(batchedBody(body, batched.slice(1), size));
      return node(batchedOp, [all, ...rest]);
    },
  );
}

/** The function's graph on aliases of a mark's arguments. */
function recomputation(body: Body, mark: Tensor): Tensor {
  const names = body.placeholders.map((placeholder, position) => {
    const renamed = node(alias.op, [mark.inputs[position + 1]!], { id: 'checkpoint' });
    return [placeholder, renamed] as const;
  });
  return reroot([body.output], new Map(names))[0]!;
}

function batchedBody(body: Body, batched: readonly boolean[], size: number): Body {
  const whole = new Map<Tensor, Tensor>();
  const placeholders = body.placeholders.map((placeholder, position) => {
    if (!batched[position]) return placeholder;
    const all = input([size, ...placeholder.shape], { dtype: placeholder.dtype, name: 'argument' });
    whole.set(placeholder, all);
    return all;
  });
  const [output] = batchGraph([body.output], whole, size);
  return { output: allExamples(output!, size), placeholders };
}
