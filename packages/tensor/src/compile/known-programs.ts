/**
 * @file Programs that were compiled before. Who measures many methods on many sizes asks for the same few graphs again and again, each time
 * built anew from other inputs: writing the kernels of one takes tens of milliseconds, and finding that it is equal one.
 */
import type { Op } from '../graph/op.ts';
import { type Tensor, topologicalOrder } from '../graph/tensor.ts';
import { isInput, valuesOfArray } from '../ops/leaf/input.ts';
import { compileProgram, type Program, type ProgramRequest } from './program.ts';
import type { Region } from './storage.ts';
import type { Target } from './target.ts';

/** Programs that are kept for a target; the one that was found longest ago goes first. */
const most = 400;
/** Constant arrays of more elements are equal only to themselves. */
const mostCompared = 64;

interface Known {
  readonly program: Program;
  /** Its inputs by their numbers in the graph. */
  readonly inputs: readonly (readonly [number, Region])[];
}

const knownFor = new WeakMap<Target, Map<string, Known>>();

/**
 * Compiles a graph for an adapter: what is materialised, which nodes share a kernel, where each value lies. Touches no device. A program that was made for an
 * equal graph on the same target is taken again, with the inputs of this one. Nodes of equal graphs were made in the same order: where the compiler has a
 * choice, it goes by that.
 */
export function makeProgram(request: ProgramRequest, target: Target): Program {
  // What a function answers, and variants asked for by name, are not in the graph.
  if (request.classOf !== undefined || request.variants !== undefined) return compileProgram(request, target);
  const known = knownFor.get(target) ?? new Map<string, Known>();
  knownFor.set(target, known);
  const nodes = nodesOf(request);
  const key = keyOf(request, nodes);
  const found = known.get(key);
  if (found !== undefined) {
    known.delete(key);
    known.set(key, found);
    return { ...found.program, inputs: new Map(found.inputs.map(([k, region]) => [nodes[k]!, region])) };
  }
  const program = compileProgram(request, target);
  const numbers = new Map(nodes.map((tensor, k) => [tensor, k]));
  const inputs = [...program.inputs].map(([tensor, region]) => [numbers.get(tensor)!, region] as const);
  known.set(key, { program: { ...program, inputs: new Map() }, inputs });
  if (known.size > most) known.delete(known.keys().next().value!);
  return program;
}

/**
 * All nodes, inputs before their consumers: those that are the same in every graph, such as numbers, as they are come upon, then the others in the
 * order in which they were made.
 */
function nodesOf({ outputs, updates }: ProgramRequest): readonly Tensor[] {
  const all = topologicalOrder([...outputs, ...(updates?.keys() ?? []), ...(updates?.values() ?? [])]);
  const shared = new Set<Tensor>();
  for (const tensor of all)
    if (tensor.inputs.length === 0 ? !isFresh(tensor) : tensor.inputs.every((one) => shared.has(one)))
      shared.add(tensor);
  return [...shared, ...all.filter((tensor) => !shared.has(tensor)).sort((a, b) => a.id - b.id)];
}

/** Whether a leaf equals itself alone. */
const isFresh = (leaf: Tensor): boolean => isInput(leaf) || valuesOfArray(leaf) !== undefined;

function keyOf({ outputs, updates = new Map() }: ProgramRequest, nodes: readonly Tensor[]): string {
  const numbers = new Map(nodes.map((tensor, k) => [tensor, k]));
  const numberOf = (tensor: Tensor): number => numbers.get(tensor)!;
  const lines = nodes.map((tensor) => {
    const { op, inputs, parameters } = tensor;
    const own = `${numberOfOp(op)} ${inputs.map(numberOf).join()} ${JSON.stringify(parameters)}`;
    return inputs.length > 0 ? own : `${own} ${tensor.dtype} ${tensor.shape.join()} ${valuesText(tensor)}`;
  });
  const replaced = [...updates].map((pair) => pair.map(numberOf).join('='));
  return [...lines, outputs.map(numberOf).join(), replaced.join()].join('\n');
}

/** The values of a constant array, or a number that is its own. */
function valuesText(tensor: Tensor): string {
  const values = valuesOfArray(tensor);
  if (values === undefined) return '';
  return values.length <= mostCompared ? showValues(values) : `array ${numberIn(arrays, tensor)}`;
}

/** Zeros have a sign that `join` hides. */
const showValues = (values: Float64Array): string =>
  [...values].map((value) => (Object.is(value, -0) ? '-0' : value)).join();

interface Numbers<Key extends object> {
  readonly of: WeakMap<Key, number>;
  next: number;
}

const ops: Numbers<Op> = { of: new WeakMap(), next: 0 };
const arrays: Numbers<Tensor> = { of: new WeakMap(), next: 0 };

const numberOfOp = (op: Op): number => numberIn(ops, op);

function numberIn<Key extends object>(numbers: Numbers<Key>, key: Key): number {
  const known = numbers.of.get(key);
  if (known !== undefined) return known;
  numbers.of.set(key, numbers.next);
  return numbers.next++;
}
