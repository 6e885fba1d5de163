import { checkElements } from '../../graph/elements.ts';
import { checkNumbers } from '../../graph/numbers.ts';
import type { Op } from '../../graph/op.ts';
import { checkShape, elementCount, type Shape, ShapeError, showShape } from '../../graph/shape.ts';
import {
  type DType,
  freshNode,
  isNodeOf,
  type NoParameters,
  node,
  type OpParameters,
  type Tensor,
} from '../../graph/tensor.ts';

interface InputParameters {
  readonly name: string;
}

function leafOp<Parameters extends OpParameters>(
  name: string,
  doc: string,
  infer: Op<Parameters>['infer'],
): Op<Parameters> {
  return {
    name,
    doc,
    infer,
    reference: () => {
      throw new Error(`internal: the value of a leaf '${name}' comes from the caller.`);
    },
    derivative: { kind: 'none' },
    batch: () => {
      throw new Error(`internal: a leaf '${name}' has no inputs to batch.`);
    },
    lower: { kind: 'leaf' },
    tolerance: { ulp: 0 },
    cases: [],
  };
}

/** For leaves that `freshNode` makes of a given shape. */
const given = (): never => {
  throw new Error('internal: the shape of this leaf comes from the caller.');
};

const inputOp = leafOp<InputParameters>('input', 'input(shape): a value given at run time.', given);
const arrayOp = leafOp<NoParameters>(
  'array',
  'array(values, shape): values written in the program, uploaded once.',
  given,
);
const stepIndexOp = leafOp<NoParameters>(
  'stepIndex',
  'stepIndex(): the number of the running step of a loop, a u32 scalar.',
  () => ({ shape: [], dtype: 'u32' }),
);

/**
 * A value given when the program runs. Two inputs are never the same node, even with the same name.
 *
 * @param options.dtype f32 when left out
 * @param options.name for messages
 * @throws ShapeError for a shape that is no list of whole numbers of 0 or more
 *
 * @example
 * ```ts
 * import { evaluate, input, multiply } from '@longhorizon/tensor';
 *
 * const x = input([2], { name: 'x' });
 * const fed = { shape: [2], dtype: 'f32', data: Float64Array.of(3, 4) } as const;
 * const [twice] = evaluate([multiply(2, x)], new Map([[x, fed]]));
 * console.assert(String(twice!.data) === '6,8');
 * ```
 */
export function input(shape: Shape, options: { dtype?: DType; name?: string } = {}): Tensor {
  checkShape('input', shape);
  return freshNode(inputOp, { name: options.name ?? 'input' }, [...shape], options.dtype ?? 'f32');
}

const arrayValues = new WeakMap<Tensor, Float64Array>();

/** Numbers written in the program, of any shape. Large data belongs in an input bound to a device array. */
export function array(values: ArrayLike<number>, shape?: Shape, dtype: DType = 'f32'): Tensor {
  checkNumbers('array', values);
  shape ??= [values.length];
  checkShape('array', shape);
  if (values.length !== elementCount(shape))
    throw new ShapeError(
      `array: ${values.length} values do not fill the shape ${showShape(shape)}, which has ${elementCount(shape)} elements.`,
    );
  checkElements('array', values, dtype);
  const data = Float64Array.from(values, dtype === 'f32' ? Math.fround : (value) => value);
  const tensor = freshNode(arrayOp, {}, [...shape], dtype);
  arrayValues.set(tensor, data);
  return tensor;
}

/** The number of the running step of a loop (0 for the first), a u32 scalar. */
export function stepIndex(): Tensor {
  return node(stepIndexOp, []);
}

export const isInput = (tensor: Tensor): boolean => tensor.op === inputOp;
/** What an input is called, for messages; any other node goes by its op. */
export const nameOf = (tensor: Tensor): string =>
  isNodeOf(tensor, inputOp) ? tensor.parameters.name : tensor.op.name;
export const isStepIndex = (tensor: Tensor): boolean => tensor.op === stepIndexOp;
/** The values of an `array` node, undefined for any other node. */
export const valuesOfArray = (tensor: Tensor): Float64Array | undefined => arrayValues.get(tensor);
