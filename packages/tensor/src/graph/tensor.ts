/**
 * @file A tensor is an immutable node of a graph: an op, its inputs and parameters, a shape and an element type.
 *
 * Equal nodes are the same node (hash-consing), so a common subexpression cannot be written twice. The table
 * that makes it so hangs on each node's youngest input: a graph that is no longer referenced is collected as a whole.
 */
import type { Op } from './op.ts';
import type { Shape } from './shape.ts';

/** Element types. Comparisons give u32 masks of 0 and 1. */
export type DType = 'f32' | 'i32' | 'u32';
export const dtypes: readonly DType[] = ['f32', 'i32', 'u32'];

/**
 * Parameters of an op: plain data that JSON can write, because it is part of the node's identity. What they are, the op's own type says
 * (`Op<Parameters>`); of a node whose op is not known, `isNodeOf` tells.
 */
export type OpParameters = object;

/** Of an op that has none. */
export type NoParameters = Readonly<Record<never, never>>;

/**
 * A node of a graph: an op applied to inputs, with a shape (sizes of its axes, [] for a scalar) and an element type. It holds no values
 * and never changes; equal nodes are the same object, so `===` compares graphs. Made by the ops' functions, `input`, `array` and `constant`.
 *
 * @example
 * ```ts
 * import { add, input, multiply } from '@longhorizon/tensor';
 *
 * const x = input([2, 3]);
 * const y = add(multiply(x, 2), 1);
 * console.assert(y.shape.join() === '2,3' && y.dtype === 'f32');
 * console.assert(y === add(multiply(x, 2), 1));
 * ```
 */
export class Tensor {
  readonly id: number;
  readonly op: Op;
  readonly inputs: readonly Tensor[];
  readonly parameters: OpParameters;
  readonly shape: Shape;
  readonly dtype: DType;
  /** Nodes whose youngest input is this one, by their identity. */
  #consumers: Map<string, Tensor> | undefined;

  /** Internal: nodes are made by `node` and by the ops' functions. */
  constructor(
    id: number,
    op: Op,
    inputs: readonly Tensor[],
    parameters: OpParameters,
    shape: Shape,
    dtype: DType,
  ) {
    if (!dtypes.includes(dtype))
      throw new TypeError(
        `${op.name}: there is no element type '${dtype}'; use ${dtypes.join(', ')}, or convert the values on the host.`,
      );
    this.id = id;
    this.op = op;
    this.inputs = inputs;
    this.parameters = parameters;
    this.shape = shape;
    this.dtype = dtype;
  }

  /** Internal: the node with this identity among those hanging here, made when it is new. */
  consumer(identity: string, make: () => Tensor): Tensor {
    this.#consumers ??= new Map();
    let found = this.#consumers.get(identity);
    if (found === undefined) {
      found = make();
      this.#consumers.set(identity, found);
    }
    return found;
  }
}

/** A node whose op is known, and with it what its parameters are. */
export type NodeOf<Parameters extends OpParameters> = Tensor & { readonly parameters: Parameters };

/** Whether a node is of this op. */
export function isNodeOf<Parameters extends OpParameters>(
  tensor: Tensor,
  op: Op<Parameters>,
): tensor is NodeOf<Parameters> {
  return tensor.op === op;
}

let nextId = 1;

/** Nodes without inputs, held weakly: their graphs hang on them. */
const leaves = new Map<string, WeakRef<Tensor>>();
const forgetLeaf = new FinalizationRegistry<string>((identity) => {
  if (leaves.get(identity)?.deref() === undefined) leaves.delete(identity);
});

/**
 * The node of an op applied to inputs. Its shape and element type come from the op's own rule, which refuses inputs
 * that do not fit with a sentence.
 */
export function node<Parameters extends OpParameters>(
  op: Op<Parameters>,
  inputs: readonly Tensor[],
  ...given: NoParameters extends Parameters ? [parameters?: Parameters] : [parameters: Parameters]
): Tensor {
  // Left out only where no parameters are such parameters.
  const parameters = given[0] ?? ({} as Parameters);
  const make = () => {
    const { shape, dtype } = op.infer(inputs, parameters);
    return new Tensor(nextId++, op, inputs, parameters, shape, dtype);
  };
  let youngest = inputs[0];
  for (const input of inputs) if (input.id > youngest!.id) youngest = input;
  let identity = op.name;
  for (const input of inputs) identity += `,${input.id}`;
  if (Object.keys(parameters).length > 0) identity += `;${JSON.stringify(parameters)}`;
  if (youngest !== undefined) return youngest.consumer(identity, make);
  let leaf = leaves.get(identity)?.deref();
  if (leaf === undefined) {
    leaf = make();
    leaves.set(identity, new WeakRef(leaf));
    forgetLeaf.register(leaf, identity);
  }
  return leaf;
}

/** A node that equals no other, for leaves whose identity is their own: inputs and arrays of constants. */
export function freshNode(op: Op, parameters: OpParameters, shape: Shape, dtype: DType): Tensor {
  return new Tensor(nextId++, op, [], parameters, shape, dtype);
}

/** All nodes that the outputs need, inputs before their consumers, each once. */
export function topologicalOrder(outputs: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  // An explicit stack: an unrolled loop makes graphs deeper than the call stack.
  const stack: { node: Tensor; next: number }[] = [];
  for (const output of outputs) {
    if (seen.has(output)) continue;
    seen.add(output);
    stack.push({ node: output, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const input = top.node.inputs[top.next++];
      if (input === undefined) {
        order.push(top.node);
        stack.pop();
      } else if (!seen.has(input)) {
        seen.add(input);
        stack.push({ node: input, next: 0 });
      }
    }
  }
  return order;
}
