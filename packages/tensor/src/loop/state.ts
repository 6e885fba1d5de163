/** @file What a loop carries from step to step, and the graph of one step. */
import type { ByteClass } from '../device/ledger.ts';
import { describeValue } from '../graph/describe-value.ts';
import { checkShape, type Shape, ShapeError, sameShape, showShape } from '../graph/shape.ts';
import { type DType, Tensor, topologicalOrder } from '../graph/tensor.ts';
import { leavesOf, mapTree, type Tree, type TreeMap, visitTree } from '../graph/tree.ts';
import { input, isInput, nameOf, stepIndex } from '../ops/leaf/input.ts';
import { DeviceArray } from '../runtime/device-array.ts';
import type { ArraySpec } from './packed-arrays.ts';

/** One array that a loop carries: its shape, type and what it is for. */
export class StateSpec implements ArraySpec {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly class: ByteClass;

  constructor(shape: Shape, options: { dtype?: DType; class?: ByteClass } = {}) {
    checkShape('state', shape);
    this.shape = [...shape];
    this.dtype = options.dtype ?? 'f32';
    this.class = options.class ?? 'weights';
  }
}

/** Declares an array that a loop carries. */
export function state(shape: Shape, options: { dtype?: DType; class?: ByteClass } = {}): StateSpec {
  return new StateSpec(shape, options);
}

/** A tree of specs as the tensors that a step sees, and as the arrays that the caller sees. */
export type AsTensors<T> = TreeMap<T, StateSpec | DeviceArray, Tensor>;
/** The tree of a state with a device array in the place of each spec. */
export type AsArrays<T> = TreeMap<T, StateSpec, DeviceArray>;

/**
 * One step of a loop: from the carry, the arrays it is given and the number of the step (a u32 scalar) to the next carry.
 * It is called once, with tensors; what it returns is compiled and replayed.
 */
export type Step<Carry, Given> = (carry: AsTensors<Carry>, given: AsTensors<Given>, step: Tensor) => unknown;

/** The graph of one step with its inputs. */
export interface TracedStep {
  readonly specs: readonly StateSpec[];
  /** An input for each array of the carry. */
  readonly carry: readonly Tensor[];
  /** An input for each given array. */
  readonly given: readonly Tensor[];
  readonly arrays: readonly DeviceArray[];
  readonly next: readonly Tensor[];
  readonly names: readonly string[];
}

/**
 * @param given no arrays when left out
 * @throws TypeError, ShapeError with a sentence, when the carry, what is given, or what the step returns or reads is not what a loop can run
 */
export function traceStep<Carry, Given>(
  carry: Carry,
  given: Given | undefined,
  step: Step<Carry, Given>,
): TracedStep {
  if (typeof step !== 'function')
    throw new TypeError('loop: there is no step; give a function from the carry to the next carry.');
  const names: string[] = [];
  visitTree(carry, (_, path) => names.push(path === '' ? 'carry' : path));
  const specs = leavesOf(carry as Tree<StateSpec>);
  specs.forEach((spec, k) => {
    if (!(spec instanceof StateSpec))
      throw new TypeError(
        `loop: the carry's '${names[k]}' is not declared with state(shape); declare it so.`,
      );
  });
  const arrays: DeviceArray[] = [];
  visitTree(given ?? {}, (array, path) => {
    if (!(array instanceof DeviceArray))
      throw new TypeError(
        `loop: given '${path}' is ${describeValue(array)}; what a step is given are device arrays: make one with DeviceArray.from(device, values, shape).`,
      );
    arrays.push(array);
  });
  const carryTensors: Tensor[] = [];
  const carryTree = mapTree(carry, (spec: StateSpec, path) => {
    const tensor = input(spec.shape, { dtype: spec.dtype, name: path });
    carryTensors.push(tensor);
    return tensor;
  });
  const givenTensors: Tensor[] = [];
  const givenTree = mapTree(given ?? {}, (array: DeviceArray, path) => {
    const tensor = input(array.shape, { dtype: array.dtype, name: path });
    givenTensors.push(tensor);
    return tensor;
  });
  const result = step(carryTree as AsTensors<Carry>, givenTree as AsTensors<Given>, stepIndex());
  if (result === undefined || result instanceof Promise)
    throw new TypeError(
      `loop: the step returned ${describeValue(result)}; it is a plain function that returns the next carry, {${names.join(', ')}}.`,
    );
  const paths: string[] = [];
  const next: Tensor[] = [];
  visitTree(result, (leaf, path) => {
    if (!(leaf instanceof Tensor))
      throw new TypeError(
        `loop: the step returned ${describeValue(leaf)} at '${path === '' ? 'carry' : path}', which is not a tensor; write constant(x) for a number.`,
      );
    paths.push(path === '' ? 'carry' : path);
    next.push(leaf);
  });
  if (paths.join() !== names.join())
    throw new ShapeError(
      `loop: the step takes a carry of {${names.join(', ')}} but returns {${paths.join(', ')}}; return the same names.`,
    );
  next.forEach((tensor, k) => {
    const spec = specs[k]!;
    if (!sameShape(tensor.shape, spec.shape) || tensor.dtype !== spec.dtype)
      throw new ShapeError(
        `loop: the step changes '${names[k]}' from ${spec.dtype}${showShape(spec.shape)} to ${tensor.dtype}${showShape(tensor.shape)}; a carry keeps its shape and type.`,
      );
  });
  refuseForeignInputs('loop: the step', next, [...carryTensors, ...givenTensors]);
  return { specs, carry: carryTensors, given: givenTensors, arrays, next, names };
}

/**
 * The value of an input that is neither carried nor given would never be written.
 * @throws TypeError naming it
 */
export function refuseForeignInputs(
  reader: string,
  outputs: readonly Tensor[],
  known: readonly Tensor[],
): void {
  const own = new Set(known);
  for (const tensor of topologicalOrder(outputs))
    if (isInput(tensor) && !own.has(tensor))
      throw new TypeError(
        `${reader} reads input '${nameOf(tensor)}' ${tensor.dtype}${showShape(tensor.shape)}, which is neither carry nor given; pass a device array of that shape in given.`,
      );
}

/** @throws RangeError unless `steps` is a whole number of 1 or more */
export function checkSteps(asker: string, steps: number): void {
  if (!Number.isInteger(steps) || steps < 1)
    throw new RangeError(
      `${asker}: T = ${steps} is not a horizon; a loop runs 1 step or more, a whole number.`,
    );
}
