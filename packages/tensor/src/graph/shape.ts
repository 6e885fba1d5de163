/** @file Shapes: lists of non-negative axis sizes, the first axis slowest (row-major). */

/** The size of each axis, the outermost first; [] is a scalar. */
export type Shape = readonly number[];

/** Number of elements of a shape; the empty shape [] is a scalar and has one. */
export function elementCount(shape: Shape): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** Distance in elements between neighbours along each axis of a contiguous array. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** Whether two shapes have the same sizes. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** `[32, 784]`, as shapes are written in messages. */
export function showShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** The common shape of operands that are stretched along axes of size 1, aligned at the last axis; undefined if there is none. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let axis = 0; axis < rank; axis++) {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) return undefined;
    result[axis] = sizeA === 1 ? sizeB : sizeA;
  }
  return result;
}

/** Axis numbers made non-negative, sorted and checked; `undefined` means all axes. */
export function normalizeAxes(
  asker: string,
  axes: number | readonly number[] | undefined,
  rank: number,
): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = typeof axes === 'number' ? [axes] : axes;
  const result = list.map((axis) => normalizeAxis(asker, axis, rank));
  result.sort((a, b) => a - b);
  if (new Set(result).size !== result.length)
    throw new ShapeError(
      `${asker}: axis list [${list.join(', ')}] names an axis twice; name each axis once.`,
    );
  return result;
}

/** One axis number made non-negative and checked against the rank. */
export function normalizeAxis(asker: string, axis: number, rank: number): number {
  const result = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || result < 0 || result >= rank)
    throw new ShapeError(
      `${asker}: axis ${axis} does not exist in an array of ${rank} axes; use ${rank === 0 ? 'no axis' : `${-rank} to ${rank - 1}`}.`,
    );
  return result;
}

/** Shapes that do not fit together, or a shape that cannot exist. The message says what was asked, found and what to do. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

export function checkShape(asker: string, shape: Shape): void {
  for (const size of shape)
    if (!Number.isInteger(size) || size < 0)
      throw new ShapeError(
        `${asker}: ${showShape(shape)} is not a shape; axis sizes are integers of 0 or more.`,
      );
}
