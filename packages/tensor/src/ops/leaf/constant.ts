import { describeValue } from '../../graph/describe-value.ts';
import type { Op } from '../../graph/op.ts';
import { type DType, isNodeOf, node, type Tensor } from '../../graph/tensor.ts';

interface Parameters {
  readonly dtype: DType;
  readonly value: number;
  /** −0 and 0 differ as divisors, but JSON writes both as 0. */
  readonly negative?: true;
}

/** A number: a scalar of shape []. Equal numbers are the same node. */
const op: Op<Parameters> = {
  name: 'constant',
  doc: 'constant(c): the scalar c, stretched to any shape where it is used.',
  infer: (_, { dtype }) => ({ shape: [], dtype }),
  reference: (_, { negative, value }) => Float64Array.of(negative === true ? -0 : value),
  derivative: { kind: 'none' },
  batch: () => {
    throw new Error('internal: a constant has no inputs to batch.');
  },
  lower: { kind: 'leaf' },
  tolerance: { ulp: 0 },
  cases: [],
};

/**
 * A constant of the graph, shape [].
 *
 * @param value finite; an integer within range for i32 and u32
 */
export function constant(value: number, dtype: DType = 'f32'): Tensor {
  if (typeof value !== 'number')
    throw new TypeError(
      `constant: ${describeValue(value)} stands where a tensor or a number belongs; write array([…]) for numbers in a list, and pass device arrays in a loop's given or a plan's arrays.`,
    );
  if (!Number.isFinite(value))
    throw new RangeError(
      `constant: ${value} is not finite, and WGSL has no literal for it; pass it in an input array, or use a large finite number such as 3.4e38.`,
    );
  if (dtype !== 'f32' && !Number.isInteger(value))
    throw new RangeError(
      `constant: ${value} is not an integer, but the element type is ${dtype}; round it or use 'f32'.`,
    );
  if (dtype === 'u32' && (value < 0 || value > 0xffffffff))
    throw new RangeError(`constant: ${value} does not fit u32; values lie in 0 … 4294967295.`);
  if (dtype === 'i32' && (value < -0x80000000 || value > 0x7fffffff))
    throw new RangeError(`constant: ${value} does not fit i32; values lie in −2147483648 … 2147483647.`);
  if (dtype === 'f32' && Math.abs(value) > 3.4028234663852886e38)
    throw new RangeError(`constant: ${value} is beyond float32; magnitudes go up to 3.4028e38.`);
  return node(op, [], Object.is(value, -0) ? { dtype, value: 0, negative: true } : { dtype, value });
}

/** The value of a constant node, undefined for any other node. */
export function constantValue(tensor: Tensor): number | undefined {
  if (!isNodeOf(tensor, op)) return undefined;
  return tensor.parameters.negative === true ? -0 : tensor.parameters.value;
}
