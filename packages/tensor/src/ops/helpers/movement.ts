/** @file What the reference paths of data-moving ops share. */

import type { ReferenceArray } from '../../graph/op.ts';
import { contiguousStrides, elementCount, type Shape } from '../../graph/shape.ts';

/** Calls `visit` with the coordinates of every element in row-major order. The coordinate array is reused. */
export function forEachPosition(shape: Shape, visit: (position: number[], linear: number) => void): void {
  const count = elementCount(shape);
  const position = new Array<number>(shape.length).fill(0);
  for (let linear = 0; linear < count; linear++) {
    visit(position, linear);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++position[axis]! < shape[axis]!) break;
      position[axis] = 0;
    }
  }
}

/**
 * An array of `shape` whose elements are those of `source` at `from(position)`, or `fill` where that is
 * undefined.
 */
export function mapReference(
  source: ReferenceArray,
  shape: Shape,
  from: (position: readonly number[]) => readonly number[] | undefined,
  fill = 0,
): Float64Array {
  const strides = contiguousStrides(source.shape);
  const data = new Float64Array(elementCount(shape));
  forEachPosition(shape, (position, linear) => {
    const origin = from(position);
    if (origin === undefined) data[linear] = fill;
    else {
      let index = 0;
      for (let axis = 0; axis < strides.length; axis++) index += origin[axis]! * strides[axis]!;
      data[linear] = source.data[index]!;
    }
  });
  return data;
}
