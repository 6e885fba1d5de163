/** @file Numbers on the host, with what an array on the device or in float64 has to know of them. */
import { type DType, elementCount, type Shape, ShapeError } from '@longhorizon/tensor';
import { checkNumbers, showShape } from '@longhorizon/tensor/compiler';
import type { ByteClass } from '@longhorizon/tensor/device';

/** Values, shape and element type: what a problem is given, before it lies on any device. */
export class HostArray {
  readonly values: ArrayLike<number>;
  readonly shape: Shape;
  readonly dtype: DType;
  /** What the bytes are for, in the ledger. */
  readonly class: ByteClass;

  constructor(
    values: ArrayLike<number>,
    shape?: Shape,
    options: { readonly dtype?: DType; readonly class?: ByteClass } = {},
  ) {
    checkNumbers('host array', values);
    shape ??= [values.length];
    if (values.length !== elementCount(shape))
      throw new ShapeError(
        `host array: ${values.length} values do not fill the shape ${showShape(shape)}, which has ${elementCount(shape)} elements; give as many values.`,
      );
    this.values = values;
    this.shape = [...shape];
    this.dtype = options.dtype ?? 'f32';
    this.class = options.class ?? 'data';
  }
}

/**
 * Declares numbers that a problem is given. On the float64 reference they keep all their digits.
 *
 * @param shape one axis when left out
 * @param options.dtype f32 when left out
 * @param options.class what the bytes are counted as, `data` when left out
 * @throws ShapeError for values that do not fill the shape
 *
 * @example
 * ```ts
 * import { hostArray } from '@longhorizon/bilevel';
 *
 * const x = hostArray([0.1, 0.2, 0.3, 0.4], [2, 2]);
 * console.assert(String(x.shape) === '2,2' && x.values[0] === 0.1);
 * ```
 */
export function hostArray(
  values: ArrayLike<number>,
  shape?: Shape,
  options?: { readonly dtype?: DType; readonly class?: ByteClass },
): HostArray {
  return new HostArray(values, shape, options);
}
