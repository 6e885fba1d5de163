import type { Op } from '../../graph/op.ts';
import { checkShape, contiguousStrides, elementCount, normalizeAxis, type Shape } from '../../graph/shape.ts';
import { type DType, node, type Tensor } from '../../graph/tensor.ts';
import { withOp } from '../define.ts';

interface Parameters {
  readonly shape: Shape;
  readonly axis: number;
  readonly dtype: DType;
}

const op: Op<Parameters> = {
  name: 'iota',
  doc: 'iota(shape, axis, dtype): each element is its own index along the axis.',
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  reference: (_, { shape, axis }) => {
    const stride = contiguousStrides(shape)[axis]!;
    return Float64Array.from(
      { length: elementCount(shape) },
      (__, i) => Math.floor(i / stride) % shape[axis]!,
    );
  },
  derivative: { kind: 'none' },
  batch: () => {
    throw new Error('internal: iota has no inputs to batch.');
  },
  lower: {
    kind: 'indexed',
    emit: ({ coordinates, parameters, name, text, type }) =>
      name(`${type.text}(${text(coordinates[parameters.axis]!)})`),
    reads: [],
    weight: 1,
  },
  tolerance: { ulp: 0 },
  cases: [
    { inputs: [], apply: () => iota([7]) },
    { inputs: [], apply: () => iota([3, 4, 2], 1, 'f32') },
    { inputs: [], apply: () => iota([2, 1, 3], -1, 'i32') },
    { inputs: [], apply: () => iota([0, 3], 1) },
  ],
};

/**
 * 0, 1, 2, … along an axis (the first when left out), the same along all others; u32 unless another type is
 * named.
 */
export const iota = withOp(op, (shape: Shape, axis: number = 0, dtype: DType = 'u32'): Tensor => {
  checkShape('iota', shape);
  return node(op, [], { shape: [...shape], axis: normalizeAxis('iota', axis, shape.length), dtype });
});
