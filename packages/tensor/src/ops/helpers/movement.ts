/** @file What the reference paths of data-moving ops share. */

import type { ReferenceArray } from '../../graph/op.ts';
import { contiguousStrides, elementCount, type Shape } from '../../graph/shape.ts';

/**
 * Calls `visit` for every element in row-major order, with the sum of what its coordinates stand for.
 *
 * @param parts what each coordinate along each axis stands for
 */
export function forEachSum(
  parts: readonly Float64Array[],
  visit: (sum: number, linear: number) => void,
): void {
  let linear = 0;
  const along = (axis: number, before: number): void => {
    const own = parts[axis];
    if (own === undefined) visit(before, linear++);
    else if (axis === parts.length - 1)
      for (let c = 0; c < own.length; c++) visit(before + own[c]!, linear++);
    else for (let c = 0; c < own.length; c++) along(axis + 1, before + own[c]!);
  };
  along(0, 0);
}

/**
 * An array of `shape` whose elements are those of `source`, each axis for itself.
 *
 * @param from the place along an axis of `source` for a coordinate of the result; undefined where the result has 0
 * @param sourceAxes the axis of `source` that each axis of the result goes along, if not the same; places along one axis are added
 */
export function mapReference(
  source: ReferenceArray,
  shape: Shape,
  from: (coordinate: number, axis: number) => number | undefined,
  sourceAxes: readonly number[] = shape.map((_, axis) => axis),
): Float64Array {
  const strides = contiguousStrides(source.shape);
  const places = shape.map((size, axis) =>
    Float64Array.from(
      { length: size },
      (_, coordinate) => (from(coordinate, axis) ?? Number.NaN) * strides[sourceAxes[axis]!]!,
    ),
  );
  const data = new Float64Array(elementCount(shape));
  forEachSum(places, (place, linear) => {
    if (!Number.isNaN(place)) data[linear] = source.data[place]!;
  });
  return data;
}
