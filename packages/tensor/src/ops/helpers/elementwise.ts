/** @file Elementwise ops: each element of the result depends on the elements at the same place. */

import type { ElementwiseLowering, WgslType } from '../../graph/lowering.ts';
import type {
  BatchRule,
  Derivative,
  Inferred,
  Op,
  OpCase,
  PartialRule,
  ReferenceArray,
  Tolerance,
} from '../../graph/op.ts';
import { broadcastShapes, ShapeError, sameShape, showShape } from '../../graph/shape.ts';
import { type DType, node, type OpParameters, Tensor } from '../../graph/tensor.ts';
import { type OpFunction, withOp } from '../define.ts';
import { constant } from '../leaf/constant.ts';
import { broadcastTo } from '../reduction/sum-broadcast.ts';
import { checkTensor } from './check-tensor.ts';

/** A tensor, or a number that becomes a constant of the other operand's element type. */
export type Operand = Tensor | number;

export interface ElementwiseDefinition {
  readonly doc: string;
  /** Element types taken; the result has the first operand's type unless `result` says otherwise. */
  readonly dtypes?: readonly DType[];
  readonly result?: DType;
  readonly reference: (...elements: number[]) => number;
  /** Integer forms of the reference where float64 arithmetic is not enough (wrap-around). */
  readonly integerReference?: (dtype: 'i32' | 'u32', ...elements: number[]) => number;
  readonly wgsl: (operands: readonly string[], type: WgslType, output: WgslType) => string;
  readonly functions?: (type: WgslType) => string;
  readonly weight?: number;
  /** ∂result/∂input for each input, 'none' for piecewise constant ops, or the rule of a linear op. */
  readonly partials: readonly (PartialRule | undefined)[] | 'none' | Derivative;
  /** Where random test inputs lie, for each input. */
  readonly domain: readonly (readonly [number, number])[];
  /** Values tried without derivatives: kinks, ties, edges, beside NaN, infinities, zeros, subnormals, which every op is tried with. */
  readonly special?: readonly (readonly number[])[];
  /** The largest magnitude for which the tolerance is promised; that of float32 when left out. */
  readonly reach?: number;
  readonly tolerance: Tolerance;
}

/** Element types of operands must agree: there are no silent conversions. */
function commonType(name: string, inputs: readonly Tensor[], dtypes: readonly DType[]): DType {
  const dtype = inputs[0]!.dtype;
  for (const input of inputs) {
    if (input.dtype !== dtype)
      throw new TypeError(
        `${name}: operands have element types ${inputs.map((t) => t.dtype).join(' and ')}; convert one with cast(x, '${dtype}').`,
      );
  }
  if (!dtypes.includes(dtype))
    throw new TypeError(
      `${name}: takes ${dtypes.join(' or ')}, got ${dtype}; convert it with cast(x, '${dtypes[0]}').`,
    );
  return dtype;
}

/** Makes operands tensors of one shape: numbers become constants, smaller shapes are stretched. */
export function alignOperands(
  name: string,
  operands: readonly Operand[],
  defaultType: DType = 'f32',
): Tensor[] {
  for (const operand of operands)
    if (typeof operand !== 'number' || Number.isNaN(operand)) checkTensor(name, operand, 'an operand');
  const dtype =
    operands.find((operand): operand is Tensor => operand instanceof Tensor)?.dtype ?? defaultType;
  const tensors = operands.map((operand) => (operand instanceof Tensor ? operand : constant(operand, dtype)));
  let shape = tensors[0]!.shape;
  for (const tensor of tensors) {
    const common = broadcastShapes(shape, tensor.shape);
    if (common === undefined)
      throw new ShapeError(
        `${name}: shapes ${tensors.map((t) => showShape(t.shape)).join(' and ')} do not fit together; axes must agree from the last one, or be 1. Use reshape or broadcastTo on one of them.`,
      );
    shape = common;
  }
  return tensors.map((tensor) => (sameShape(tensor.shape, shape) ? tensor : broadcastTo(tensor, shape)));
}

/** All inputs get the new leading axis. A function, not a constant: op files import each other in cycles. */
export function batchElementwise(op: () => Op): BatchRule {
  return (inputs, batched, parameters, size) => {
    const full = inputs.map((input, slot) =>
      batched[slot] ? input : broadcastTo(input, [size, ...input.shape]),
    );
    return node(op(), full, parameters);
  };
}

export function defineElementwise(name: string, arity: number, definition: ElementwiseDefinition): Op {
  const dtypes = definition.dtypes ?? ['f32'];
  const infer = (inputs: readonly Tensor[]): Inferred => {
    const dtype = commonType(name, inputs, dtypes);
    return { shape: inputs[0]!.shape, dtype: definition.result ?? dtype };
  };
  const reference = (inputs: readonly ReferenceArray[], _: OpParameters, result: Inferred): Float64Array => {
    const dtype = inputs[0]!.dtype;
    const { integerReference } = definition;
    const scalar: (...elements: number[]) => number =
      dtype !== 'f32' && integerReference !== undefined
        ? (...elements) => integerReference(dtype, ...elements)
        : definition.reference;
    const count = inputs[0]!.data.length;
    const data = new Float64Array(count);
    if (arity === 1) for (let i = 0; i < count; i++) data[i] = scalar(inputs[0]!.data[i]!);
    else if (arity === 2)
      for (let i = 0; i < count; i++) data[i] = scalar(inputs[0]!.data[i]!, inputs[1]!.data[i]!);
    else for (let i = 0; i < count; i++) data[i] = scalar(...inputs.map((input) => input.data[i]!));
    if (result.dtype !== 'f32') wrapIntegers(data, result.dtype);
    return data;
  };
  const derivative = derivativeOf(definition, dtypes);
  const lower: ElementwiseLowering = {
    kind: 'elementwise',
    expression: (operands, input, output) => definition.wgsl(operands, input, output),
    ...(definition.functions === undefined ? {} : { functions: definition.functions }),
    weight: definition.weight ?? 1,
  };
  const op: Op = {
    name,
    doc: definition.doc,
    infer,
    reference,
    derivative,
    batch: batchElementwise(() => op),
    lower,
    tolerance: definition.tolerance,
    cases: elementwiseCases(arity, definition, () => op),
  };
  return op;
}

function derivativeOf({ partials }: ElementwiseDefinition, dtypes: readonly DType[]): Derivative {
  if (partials === 'none' || dtypes[0] !== 'f32') return { kind: 'none' };
  return 'kind' in partials ? partials : { kind: 'partials', partials };
}

/** A name for a WGSL function that exists for one element and for four, as WGSL has no overloading. */
export const wgslName = (name: string, type: WgslType): string => `${name}_${type.width}`;

/** Two's complement wrap-around and truncation, as the GPU's integers do it. */
export function wrapIntegers(data: Float64Array, dtype: DType): void {
  for (let i = 0; i < data.length; i++) data[i] = dtype === 'u32' ? data[i]! >>> 0 : data[i]! | 0;
}

function elementwiseCases(arity: number, definition: ElementwiseDefinition, op: () => Op): OpCase[] {
  const apply = (...inputs: Tensor[]) => node(op(), inputs);
  const cases: OpCase[] = [];
  for (const dtype of definition.dtypes ?? (['f32'] as const))
    for (const shape of dtype === 'f32' ? [[5, 8], [7], [1, 3, 1], [0, 4]] : [[3, 4]])
      cases.push({
        inputs: Array.from({ length: arity }, (_, slot) => ({
          shape,
          dtype,
          domain: definition.domain[slot] ?? definition.domain[0]!,
        })),
        apply,
      });
  const dtype = (definition.dtypes ?? ['f32'])[0]!;
  const values = [
    ...(definition.special ?? []),
    ...(dtype === 'f32' ? combinations(arity, edges(definition.reach ?? 3e38)) : []),
  ];
  if (values.length > 0)
    cases.push({
      inputs: Array.from({ length: arity }, (_, slot) => ({
        shape: [values.length],
        dtype,
        values: values.map((operands) => operands[slot]!),
      })),
      apply,
      valuesOnly: true,
    });
  return cases;
}

/** What every op of floats is tried with: nothing about them is left to the op's author. */
const edges = (reach: number) => [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  1,
  -1,
  2.5,
  -3,
  1e-40,
  -1e-40,
  reach,
  -reach,
];

/** Every choice of `arity` of the values. */
function combinations(arity: number, values: readonly number[]): number[][] {
  if (arity === 0) return [[]];
  return combinations(arity - 1, values).flatMap((rest) => values.map((value) => [...rest, value]));
}

/** An elementwise function of one tensor. */
export function unary(name: string, definition: ElementwiseDefinition): OpFunction<[Operand]> {
  const op = defineElementwise(name, 1, definition);
  return withOp(op, (x) => node(op, alignOperands(name, [x], (definition.dtypes ?? ['f32'])[0]!)));
}

/** An elementwise function of two tensors, stretched to a common shape. */
export function binary(name: string, definition: ElementwiseDefinition): OpFunction<[Operand, Operand]> {
  const op = defineElementwise(name, 2, definition);
  return withOp(op, (a, b) => node(op, alignOperands(name, [a, b], (definition.dtypes ?? ['f32'])[0]!)));
}
